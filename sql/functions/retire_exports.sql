-- renkei_api.retire_exports - which bundles have had their time.
-- Takes    a schedule.
-- Returns  the ids of the bundles beyond those it keeps, which are the latest data's; they are no longer listed from now on.
--          What was made last stays until the next is made, and a bundle that
--          another one tells the changes since as long as that one, or as it is made.      Writes  renkei.export_run.
create function renkei_api.retire_exports(p_name text) returns setof text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.exports', 'on', true);
	perform pg_advisory_xact_lock(hashtextextended('export bundles ' || p_name, 0));
	return query with retired as (
		update renkei.export_run r set removed_at = clock_timestamp()
		from (select k.due_at, row_number() over (order by k.as_of desc, k.due_at desc) > s.keep
				and k.ended_at < max(k.ended_at) over ()
				and not exists (select from renkei.export_run d where d.base_id = k.name || '/' || k.bundle_id
					and (d.state = 'done' and d.removed_at is null or d.state = 'running' and d.lease_until > clock_timestamp())) as late
			from renkei.export_run k join renkei.export_schedule s on s.name = k.name
			where k.name = p_name and k.state = 'done' and k.removed_at is null) o
		where r.name = p_name and r.due_at = o.due_at and o.late
		returning r.bundle_id, r.due_at
	)
	select t.bundle_id from retired t
	-- Two runs of one moment's data made one bundle.
	where not exists (select from renkei.export_run r where r.name = p_name and r.bundle_id = t.bundle_id and r.removed_at is null
		and r.due_at not in (select d.due_at from retired d))
	order by t.bundle_id;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.retire_exports to renkei_daemon;
