-- renkei_api.schema_state - the migrations applied, for the daemon to compare with its own.
-- Returns  one row a migration, by number.
create function renkei_api.schema_state() returns table (number integer, name text, sha256 text, applied_at timestamptz, version text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select m.number, m.name, m.sha256, m.applied_at, m.version from renkei.migration m order by m.number
$$;
grant execute on function renkei_api.schema_state to renkei_daemon, renkei_migrate;
