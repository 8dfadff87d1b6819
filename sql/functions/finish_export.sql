-- renkei_api.finish_export - a run has made its bundle, which is on the disk.
-- Takes    schedule; due, microseconds since 1970; number of the attempt; what was made: id, as_of, manifest_sha256, bytes, files, rows.
-- Returns  whether it counts: not when another has taken the run.      Writes  renkei.export_run, export_schedule.
create function renkei_api.finish_export(p_name text, p_due bigint, p_attempt integer, p_made jsonb) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	due constant timestamptz := to_timestamp(p_due / 1000000.0);
	counts boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set state = 'done', ended_at = clock_timestamp(), bundle_id = p_made ->> 'id', as_of = (p_made ->> 'as_of')::timestamptz,
		manifest_sha256 = p_made ->> 'manifest_sha256', bytes = (p_made ->> 'bytes')::bigint, files = (p_made ->> 'files')::integer,
		row_count = (p_made ->> 'rows')::bigint
	where r.name = p_name and r.due_at = due and r.attempt = p_attempt and r.state = 'running';
	counts := found;
	-- One of an earlier moment, by hand, is none of those that fall due.
	if counts and (p_made ->> 'as_of')::timestamptz >= due then
		update renkei.export_schedule s set handled_to = due where s.name = p_name and s.handled_to < due;
	end if;
	perform set_config('renkei.exports', '', true);
	return counts;
end $$;
grant execute on function renkei_api.finish_export to renkei_daemon;
