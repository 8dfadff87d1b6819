-- renkei_api.fail_export - a run has failed; the bundles there are stay, and it is tried again.
-- Takes    schedule; due, microseconds since 1970; number of the attempt; why, in a sentence for operators.
-- Returns  seconds until it may be tried again, doubling from 30 to an hour; null when another has taken it.      Writes  renkei.export_run.
create function renkei_api.fail_export(p_name text, p_due bigint, p_attempt integer, p_why text) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	pause constant integer := least(30 * 2 ^ least(p_attempt - 1, 10), 3600)::integer;
	told boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set state = 'failed', ended_at = clock_timestamp(), retry_at = clock_timestamp() + make_interval(secs => pause),
		why = left(p_why, 1000)
	where r.name = p_name and r.due_at = to_timestamp(p_due / 1000000.0) and r.attempt = p_attempt and r.state = 'running';
	told := found;
	perform set_config('renkei.exports', '', true);
	return case when told then pause end;
end $$;
grant execute on function renkei_api.fail_export to renkei_daemon;
