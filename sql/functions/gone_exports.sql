-- renkei_api.gone_exports - which of the bundles on a disk have had their time.
-- Takes    a schedule; ids that are folders there, with commas.
-- Returns  those that were retired and that no run still gives out: another daemon retired them, or one that died before it removed them; and those of the moment
--          of a run that no run names: they were not handed over, or who made them died.
--
-- Of a moment that somebody is at work on nothing is gone; who was not heard of for an hour is not at work.  What was put there by others stays.
create function renkei_api.gone_exports(p_name text, p_ids text) returns setof text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.exports', 'on', true);
	return query select d.id from unnest(string_to_array(p_ids, ',')) as d (id)
	where exists (select from renkei.export_run r where r.name = p_name and r.bundle_id = d.id and r.removed_at is not null)
		and not exists (select from renkei.export_run r where r.name = p_name and r.bundle_id = d.id and r.removed_at is null)
		or d.id ~ '^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}$' and not exists (select from renkei.export_run r where r.name = p_name and r.bundle_id = d.id)
			and (select bool_and(r.state <> 'running' or r.lease_until < clock_timestamp() - interval '1 hour') from renkei.export_run r
				where r.name = p_name and to_char(coalesce(r.as_of, r.due_at) at time zone 'UTC', 'YYYYMMDD"T"HH24MISS') = left(d.id, 15))
	order by d.id;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.gone_exports to renkei_daemon;
