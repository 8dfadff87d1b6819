-- renkei_api.renew_export - keep a run that one has.
-- Takes    schedule; due, microseconds since 1970; the number of the attempt that claim_export gave; seconds from now.
-- Returns  whether it still is that attempt's: if not, another has taken it and this one must stop.      Writes  renkei.export_run.
create function renkei_api.renew_export(p_name text, p_due bigint, p_attempt integer, p_seconds integer) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	kept boolean;
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set lease_until = clock_timestamp() + make_interval(secs => p_seconds)
	where r.name = p_name and r.due_at = to_timestamp(p_due / 1000000.0) and r.attempt = p_attempt and r.state = 'running';
	kept := found;
	perform set_config('renkei.exports', '', true);
	return kept;
end $$;
grant execute on function renkei_api.renew_export to renkei_daemon;
