-- renkei_api.list_municipalities - prefectures by code, then cities by code.
-- Takes    ListMunicipalitiesRequest; valid_on: those that may have taken part on that day.
-- Returns  ListMunicipalitiesResponse.      Errors  RK400 DATE_INVALID; RK403.
create function renkei_api.list_municipalities(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	day constant date := renkei_api.valid_on(p_request);
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return (select jsonb_build_object('municipalities',
			coalesce(jsonb_agg(renkei_api.municipality_json(m) order by m.kind <> 'prefecture', m.municipality_code), '[]'))
		from renkei.municipality m where day is null or renkei_api.takes_part(m.municipality_code, day, day));
end $$;
grant execute on function renkei_api.list_municipalities to renkei_daemon;
