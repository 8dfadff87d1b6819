-- renkei_api.list_cooperations - cooperations with their dated types.
-- Takes    ListCooperationsRequest.      Returns  ListCooperationsResponse.      Errors  RK403.
create function renkei_api.list_cooperations(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return jsonb_build_object('cooperations', renkei_api.cooperations(null, p_request ->> 'municipality_code', p_request ->> 'partner_code'));
end $$;
grant execute on function renkei_api.list_cooperations to renkei_daemon;
