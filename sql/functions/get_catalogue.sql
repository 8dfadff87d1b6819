-- renkei_api.get_catalogue - every measure and dimension there is, with unit and definition.
-- Takes    GetCatalogueRequest.      Returns  GetCatalogueResponse.      Errors  RK403.
create function renkei_api.get_catalogue(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return jsonb_build_object('explanations', renkei_api.explanations(null, null));
end $$;
grant execute on function renkei_api.get_catalogue to renkei_daemon;
