-- renkei_api.get_partner_government - one Chinese government.
-- Takes    GetPartnerGovernmentRequest.      Returns  GetPartnerGovernmentResponse.      Errors  RK404 PARTNER_NOT_FOUND; RK403.
create function renkei_api.get_partner_government(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	record jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	record := renkei_api.registry_record('partner_government', p_request ->> 'partner_code');
	if record is null then
		perform renkei_api.refuse('RK404', 'PARTNER_NOT_FOUND', format('partner code %s is not in the registry', p_request ->> 'partner_code'),
			jsonb_build_object('partner_code', coalesce(p_request ->> 'partner_code', '')), 'partner_code');
	end if;
	return jsonb_build_object('partner_government', record);
end $$;
grant execute on function renkei_api.get_partner_government to renkei_daemon;
