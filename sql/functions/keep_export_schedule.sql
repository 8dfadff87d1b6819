-- renkei_api.keep_export_schedule - a schedule that a new platform begins with; one of this name that is there stays as it is.
-- Takes    name, calendar, time zone, formats with commas, who is said to have made it.      Writes  renkei.export_schedule.
create function renkei_api.keep_export_schedule(p_name text, p_calendar text, p_time_zone text, p_formats text, p_uri text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.exports', 'on', true);
	insert into renkei.export_schedule (name, calendar, time_zone, formats, all_versions, planned, public_only, free_text, company_names, keep, paused,
		handled_to, changed_at, principal_uri)
	values (p_name, p_calendar, p_time_zone, string_to_array(p_formats, ','), false, false, false, true, true, 8, false, clock_timestamp(), clock_timestamp(), p_uri)
	on conflict do nothing;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.keep_export_schedule to renkei_migrate;
