-- renkei_api.finish_export - a run has made its bundle, which is on the disk.
-- Takes    schedule; due, microseconds since 1970; number of the attempt; what was made: id, as_of, manifest_sha256, bytes, files, rows, and since
--          which bundle, where it tells changes alone; whom to write to when there were failures before, "" = nobody.
-- Returns  whether it counts: not when another has taken the run.      Writes  renkei.export_run, export_schedule, export_letter.
create function renkei_api.finish_export(p_name text, p_due bigint, p_attempt integer, p_made jsonb, p_email text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	due constant timestamptz := to_timestamp(p_due / 1000000.0);
	counts boolean;
	failing timestamptz;
begin
	perform set_config('renkei.exports', 'on', true);
	perform pg_advisory_xact_lock(hashtextextended('export letters ' || p_name, 0));
	failing := renkei_api.export_failing(p_name);
	update renkei.export_run r set state = 'done', ended_at = clock_timestamp(), bundle_id = p_made ->> 'id', as_of = (p_made ->> 'as_of')::timestamptz,
		manifest_sha256 = p_made ->> 'manifest_sha256', bytes = (p_made ->> 'bytes')::bigint, files = (p_made ->> 'files')::integer,
		row_count = (p_made ->> 'rows')::bigint, base_id = p_made ->> 'since'
	where r.name = p_name and r.due_at = due and r.attempt = p_attempt and r.state = 'running';
	counts := found;
	-- One of an earlier moment, by hand, is none of those that fall due.
	if counts and (p_made ->> 'as_of')::timestamptz >= due then
		update renkei.export_schedule s set handled_to = due where s.name = p_name and s.handled_to < due;
	end if;
	if counts and failing is not null then
		perform renkei_api.queue_export_letter(p_name, 'made_again', p_email, jsonb_build_object('due_at', renkei.time_json(due),
			'failing_since', renkei.time_json(failing), 'bundles', jsonb_build_array(p_name || '/' || (p_made ->> 'id'))), clock_timestamp());
	end if;
	perform set_config('renkei.exports', '', true);
	return counts;
end $$;
grant execute on function renkei_api.finish_export to renkei_daemon;
