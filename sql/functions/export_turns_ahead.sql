-- renkei_api.export_turns_ahead - how many stand before a number in the line of exports.
-- Takes    the number that take_export_turn gave.      Returns  0 = it is the caller's turn.
create function renkei_api.export_turns_ahead(p_number integer) returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select count(*) from pg_locks l
	where l.locktype = 'advisory' and l.classid = renkei_api.export_line()::oid and l.objsubid = 2 and l.objid::bigint between 1 and p_number - 1
		and l.database = (select d.oid from pg_database d where d.datname = current_database())
$$;
grant execute on function renkei_api.export_turns_ahead to renkei_analyst;
