-- renkei_api.export_orders - runs that the secretariat has ordered and that somebody has to make.
-- Returns  schedule, when it was ordered, microseconds since 1970, and of when its data are to be, RFC 3339; by name.      Writes  renkei.export_run.
--
-- Of a schedule the latest order counts, and one that failed is tried again until a later bundle is there; one whose maker was not heard of is taken
-- up by another.  None is made under another schedule than the one that was ordered.
create function renkei_api.export_orders() returns table (name text, due bigint, as_of text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	now constant timestamptz := clock_timestamp();
begin
	perform set_config('renkei.exports', 'on', true);
	perform renkei_api.end_export_orders(null, 'the schedule was changed or removed');
	return query select o.name, (extract(epoch from o.due_at) * 1000000)::bigint, renkei.time_json(coalesce(o.as_of, o.due_at))
	from (select distinct on (r.name) r.* from renkei.export_run r join renkei.export_schedule s on s.name = r.name
		where r.ordered_by is not null and r.state <> 'done' order by r.name, r.due_at desc) o
	where (o.state = 'ordered' or o.state = 'running' and o.lease_until < now or o.state = 'failed' and o.retry_at <= now)
		and not exists (select from renkei.export_run d where d.name = o.name and d.state = 'done' and d.due_at > o.due_at)
	order by o.name;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.export_orders to renkei_daemon;
