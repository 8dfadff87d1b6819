-- renkei_api.claim_export - take a run, so that exactly one makes it.
-- Takes    schedule; when it is due, microseconds since 1970; who takes it; seconds it is theirs unless they renew it;
--          changed_at of the schedule as it was read, microseconds since 1970: one that was removed, paused or replaced since is not begun.
--          What the schedule says of its contents is kept with the run: the schedule may be changed when the bundle is asked about.
-- Returns  the number of the attempt; null when it is another's, done, not to be tried again yet, or not that schedule's any more.      Writes  renkei.export_run.
create function renkei_api.claim_export(p_name text, p_due bigint, p_holder text, p_seconds integer, p_changed bigint) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	now constant timestamptz := clock_timestamp();
	taken integer;
begin
	perform set_config('renkei.exports', 'on', true);
	insert into renkei.export_run as r (name, due_at, attempt, state, holder, started_at, lease_until, all_versions, planned, public_only, free_text, company_names)
	select s.name, to_timestamp(p_due / 1000000.0), 1, 'running', p_holder, now, now + make_interval(secs => p_seconds),
		s.all_versions, s.planned, s.public_only, s.free_text, s.company_names
	from renkei.export_schedule s where s.name = p_name and (extract(epoch from s.changed_at) * 1000000)::bigint = p_changed
	for share
	on conflict on constraint export_run_pk do update set attempt = r.attempt + 1, state = 'running', holder = excluded.holder,
		started_at = excluded.started_at, lease_until = excluded.lease_until, ended_at = null, retry_at = null, why = null, reason = null, row_count = null,
		all_versions = excluded.all_versions, planned = excluded.planned, public_only = excluded.public_only, free_text = excluded.free_text,
		company_names = excluded.company_names
	where r.state = 'ordered' or r.state = 'running' and r.lease_until < now or r.state = 'failed' and r.retry_at <= now
	returning r.attempt into taken;
	perform set_config('renkei.exports', '', true);
	return taken;
end $$;
grant execute on function renkei_api.claim_export to renkei_daemon;
