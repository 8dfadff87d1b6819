-- renkei_api.begin_batch - the first statement of a batch of submissions, whose callers are checked one by one.
-- Takes    milliseconds for the batch.      Writes  statement_timeout of this transaction.
create function renkei_api.begin_batch(p_timeout_ms integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select set_config('statement_timeout', greatest(coalesce(p_timeout_ms, 0), 1)::text, true), set_config('jit', 'off', true)
$$;
grant execute on function renkei_api.begin_batch to renkei_daemon;
