-- renkei_api.tell_export - how far a run is.
-- Takes    schedule; due, microseconds since 1970; the number of the attempt that claim_export gave; rows so far.
-- Returns  whether it still is that attempt's.      Writes  renkei.export_run.
create function renkei_api.tell_export(p_name text, p_due bigint, p_attempt integer, p_rows bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	told boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set row_count = p_rows
	where r.name = p_name and r.due_at = to_timestamp(p_due / 1000000.0) and r.attempt = p_attempt and r.state = 'running';
	told := found;
	perform set_config('renkei.exports', '', true);
	return told;
end $$;
grant execute on function renkei_api.tell_export to renkei_daemon;
