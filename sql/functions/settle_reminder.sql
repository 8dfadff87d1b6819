-- renkei_api.settle_reminder - what became of a letter that was claimed.
-- Takes    its id; sent, again (the mail server may take it later) or failed (it never will); what the mail server said; the moment, null = now.
-- Returns  true when there was such a letter.      Writes  renkei.reminder.
--
-- Tried again after 2, 4, 8 ... minutes, at most six hours.
create function renkei_api.settle_reminder(p_id text, p_outcome text, p_problem text, p_now timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	there boolean;
begin
	perform set_config('renkei.tenant', '*', true);
	update renkei.reminder r set state = case p_outcome when 'again' then 'queued' else p_outcome end,
		settled_at = case when p_outcome <> 'again' then moment end, problem = nullif(left(p_problem, 500), ''),
		next_at = case p_outcome when 'again' then moment + least(interval '6 hours', interval '1 minute' * (1 << least(r.attempts, 9))) else r.next_at end
	where r.reminder_id = p_id::uuid and r.state = 'queued';
	there := found;
	perform set_config('renkei.tenant', own, true);
	return there;
end $$;
grant execute on function renkei_api.settle_reminder to renkei_daemon;
