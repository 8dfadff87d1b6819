-- renkei_api.export_deadlines - the deadlines of regular reports, which schedules in fiscal terms go by.
-- Takes    a moment, microseconds since 1970.
-- Returns  the deadlines from 400 days before it on, in microseconds since 1970, in order; at most 100.
create function renkei_api.export_deadlines(p_from bigint) returns setof bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.role', true), '');
begin
	perform set_config('renkei.role', 'secretariat', true);
	return query select distinct (extract(epoch from p.due_at) * 1000000)::bigint as due
	from renkei.reporting_period p
	where p.variant = 'regular' and p.due_at > to_timestamp(p_from / 1000000.0) - interval '400 days'
	order by due limit 100;
	perform set_config('renkei.role', own, true);
end $$;
grant execute on function renkei_api.export_deadlines to renkei_daemon;
