-- renkei_api.upsert_principal - enter or change an organisation that may call; for the operator, by hand.
-- Takes    its identity, its role, the code of a municipality or its approver (else null), its name.
-- Writes   renkei.principal; the state stays as it is.      Errors  the constraints of renkei.principal.
create function renkei_api.upsert_principal(p_uri text, p_role text, p_municipality_code text, p_name text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.principal', p_uri, true);
	insert into renkei.principal (principal_uri, role, municipality_code, name)
	values (p_uri, p_role, nullif(p_municipality_code, ''), p_name)
	on conflict (principal_uri) do update set role = excluded.role, municipality_code = excluded.municipality_code,
		name = excluded.name, changed_at = clock_timestamp();
end $$;
grant execute on function renkei_api.upsert_principal to renkei_migrate;
