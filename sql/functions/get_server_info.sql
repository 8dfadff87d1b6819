-- renkei_api.get_server_info - what the database knows of the server and the caller.
-- Takes    GetServerInfoRequest.
-- Returns  the fields schema_version, now and caller of GetServerInfoResponse; the others are the daemon's.      Errors  RK403.
create function renkei_api.get_server_info(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return jsonb_strip_nulls(jsonb_build_object(
		'schema_version', (select max(m.number) from renkei.migration m),
		'now', renkei.time_json(clock_timestamp()),
		'caller', (select jsonb_build_object('principal', p.principal_uri, 'role', p.role, 'municipality_code', p.municipality_code,
				'name', p.name)
			from renkei.principal p where p.principal_uri = current_setting('renkei.principal'))));
end $$;
grant execute on function renkei_api.get_server_info to renkei_daemon;
