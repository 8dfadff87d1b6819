-- renkei_api.export_work - the schedules as who makes exports wants them.
-- Takes    a name; null = all that are not paused.
-- Returns  a row a schedule, by name; times in microseconds since 1970, formats with commas.
create function renkei_api.export_work(p_name text)
returns table (name text, calendar text, time_zone text, formats text, all_versions boolean, planned boolean, public_only boolean, free_text boolean,
	company_names boolean, handled_to bigint, now bigint, changed_at bigint, command text, base text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.exports', 'on', true);
	return query select s.name, s.calendar, s.time_zone, array_to_string(s.formats, ','), s.all_versions, s.planned, s.public_only, s.free_text, s.company_names,
		(extract(epoch from s.handled_to) * 1000000)::bigint, (extract(epoch from clock_timestamp()) * 1000000)::bigint,
		(extract(epoch from s.changed_at) * 1000000)::bigint, s.command, s.base
	from renkei.export_schedule s where case when p_name is null then not s.paused else s.name = p_name end order by s.name;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.export_work to renkei_daemon;
