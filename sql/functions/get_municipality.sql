-- renkei_api.get_municipality - one municipality; to itself and the offices with the history of its setting release_required.
-- Takes    GetMunicipalityRequest.      Returns  GetMunicipalityResponse.      Errors  RK404 MUNICIPALITY_NOT_FOUND; RK400 MUNICIPALITY_AMBIGUOUS; RK403.
create function renkei_api.get_municipality(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := coalesce(p_request ->> 'municipality_code', '');
	record jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	if code = '' and coalesce(p_request ->> 'name', '') <> '' then
		code := (renkei_api.named_municipality(p_request ->> 'name', 'name')).municipality_code;
	end if;
	record := renkei_api.registry_record('municipality', code);
	if record is null then
		perform renkei_api.refuse('RK404', 'MUNICIPALITY_NOT_FOUND', format('municipality code %s is not in the registry', code),
			jsonb_build_object('municipality_code', code), 'municipality_code');
	end if;
	return jsonb_build_object('municipality', record, 'release_settings', (select coalesce(jsonb_agg(jsonb_build_object(
			'release_required', s.release_required, 'set_at', renkei.time_json(s.set_at), 'principal', s.principal_uri) order by s.entry), '[]')
		from renkei.release_setting s where s.municipality_code::text = code));
end $$;
grant execute on function renkei_api.get_municipality to renkei_daemon;
