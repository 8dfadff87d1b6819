-- renkei_api.fail_export - a run has failed; the bundles there are stay, and it is tried again.
-- Takes    schedule; due, microseconds since 1970; number of the attempt; why, in a sentence for operators; whom to write to, "" = nobody;
--          the reason as a word of renkei's errors, "" = there is none.
-- Returns  seconds until it may be tried again, doubling from 30 to an hour; null when another has taken it.      Writes  renkei.export_run, export_letter.
--
-- Of failures in a row the first is written about: the next one when a bundle was made in between.
create function renkei_api.fail_export(p_name text, p_due bigint, p_attempt integer, p_why text, p_email text, p_reason text default '') returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	due constant timestamptz := to_timestamp(p_due / 1000000.0);
	pause constant integer := least(30 * 2 ^ least(p_attempt - 1, 10), 3600)::integer;
	now constant timestamptz := clock_timestamp();
	told boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set state = 'failed', ended_at = now, retry_at = now + make_interval(secs => pause), why = left(p_why, 1000),
		reason = nullif(p_reason, ''), row_count = null
	where r.name = p_name and r.due_at = due and r.attempt = p_attempt and r.state = 'running';
	told := found;
	if told then
		perform pg_advisory_xact_lock(hashtextextended('export letters ' || p_name, 0));
		if renkei_api.export_failing(p_name) is null then
			perform renkei_api.queue_export_letter(p_name, 'failed', p_email, jsonb_build_object('due_at', renkei.time_json(due), 'why', left(p_why, 1000),
				'retry_at', renkei.time_json(now + make_interval(secs => pause))), now);
		end if;
	end if;
	perform set_config('renkei.exports', '', true);
	return case when told then pause end;
end $$;
grant execute on function renkei_api.fail_export to renkei_daemon;
