-- renkei_api.prove_commit - is a commit durable now, and is this server still fit to hold receipts?
-- Returns  what check_safety says.
-- Writes   an empty message into the log, so that the commit has to reach the disk, and the synchronous standby where there is one.
-- Errors   25006 the server takes no writes.
create function renkei_api.prove_commit() returns table (problem text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if current_setting('transaction_read_only')::boolean then
		raise exception 'the database takes no writes' using errcode = 'read_only_sql_transaction';
	end if;
	perform pg_logical_emit_message(true, 'renkei', '');
	return query select s.problem from renkei_api.check_safety() s;
end $$;
grant execute on function renkei_api.prove_commit to renkei_daemon;
