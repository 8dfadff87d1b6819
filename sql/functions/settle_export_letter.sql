-- renkei_api.settle_export_letter - what became of a letter that was claimed.
-- Takes    its id; sent, again (the mail server may take it later) or failed (it never will); what the mail server said; the moment, null = now.
-- Returns  true when there was such a letter.      Writes  renkei.export_letter.
--
-- Tried again after 2, 4, 8 ... minutes, at most six hours.
create function renkei_api.settle_export_letter(p_id text, p_outcome text, p_problem text, p_now timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
	there boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_letter l set state = case p_outcome when 'again' then 'queued' else p_outcome end,
		settled_at = case when p_outcome <> 'again' then moment end, problem = nullif(left(p_problem, 500), ''),
		next_at = case p_outcome when 'again' then moment + least(interval '6 hours', interval '1 minute' * (1 << least(l.attempts, 9))) else l.next_at end
	where l.letter_id = p_id::uuid and l.state = 'queued';
	there := found;
	perform set_config('renkei.exports', '', true);
	return there;
end $$;
grant execute on function renkei_api.settle_export_letter to renkei_daemon;
