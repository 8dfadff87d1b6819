-- renkei_api.get_cooperation - one cooperation with its dated types.
-- Takes    GetCooperationRequest.      Returns  GetCooperationResponse.      Errors  RK404 COOPERATION_NOT_FOUND; RK403.
create function renkei_api.get_cooperation(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	record jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	record := renkei_api.cooperations(coalesce(nullif(p_request ->> 'cooperation_id', ''), '-'), null, null) -> 0;
	if record is null then
		perform renkei_api.refuse('RK404', 'COOPERATION_NOT_FOUND', format('there is no cooperation %s', p_request ->> 'cooperation_id'),
			jsonb_build_object('cooperation_id', coalesce(p_request ->> 'cooperation_id', '')), 'cooperation_id');
	end if;
	return jsonb_build_object('cooperation', record);
end $$;
grant execute on function renkei_api.get_cooperation to renkei_daemon;
