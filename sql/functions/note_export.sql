-- renkei_api.note_export - what a run is about to make.
-- Takes    schedule; due, microseconds since 1970; the number of the attempt that claim_export gave; of when the data are, RFC 3339; the bundle that changes are
--          told since, null = none.
-- Returns  whether it may go on: not when another has taken the run, nor when that bundle is given out no longer.      Writes  renkei.export_run.
--
-- From now on that bundle stays for the run's sake, and what the run leaves on the disk without ending is known to be its.
create function renkei_api.note_export(p_name text, p_due bigint, p_attempt integer, p_as_of text, p_since text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	noted boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	-- Who retires it at this moment comes before or after.
	perform pg_advisory_xact_lock(hashtextextended('export bundles ' || split_part(p_since, '/', 1), 0));
	update renkei.export_run r set as_of = p_as_of::timestamptz, base_id = p_since
	where r.name = p_name and r.due_at = to_timestamp(p_due / 1000000.0) and r.attempt = p_attempt and r.state = 'running'
		and (p_since is null or exists (select from renkei.export_run b where b.name || '/' || b.bundle_id = p_since and b.state = 'done' and b.removed_at is null));
	noted := found;
	perform set_config('renkei.exports', '', true);
	return noted;
end $$;
grant execute on function renkei_api.note_export to renkei_daemon;
