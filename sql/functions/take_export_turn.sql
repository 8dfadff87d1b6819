-- renkei_api.take_export_turn - stand in line for making an export: one at a time reads the data of a database, so that submissions hardly feel it.
-- Returns  the number in the line.  It is the session's until that ends, whoever ends it.
-- Errors   55P03 after a minute in which nobody could come up to the line: somebody holds it who is no export.
create function renkei_api.take_export_turn() returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set lock_timeout = '60s' as $$
declare
	number integer;
begin
	-- Whoever comes looks at the line alone.  Locks are no rows: a standby has them too.
	perform pg_advisory_xact_lock(renkei_api.export_line(), 0);
	select coalesce(max(l.objid::bigint), 0)::integer + 1 into number from pg_locks l
	-- Larger numbers are no places: no line is so long.
	where l.locktype = 'advisory' and l.classid = renkei_api.export_line()::oid and l.objsubid = 2 and l.objid::bigint <= 1000000
		and l.database = (select d.oid from pg_database d where d.datname = current_database());
	perform pg_advisory_lock(renkei_api.export_line(), number);
	return number;
end $$;
grant execute on function renkei_api.take_export_turn to renkei_analyst;
