-- renkei_api.gone_exports - which of the bundles on a disk have had their time.
-- Takes    a schedule; ids that are folders there, with commas.
-- Returns  those that were retired and that no run still gives out: another daemon retired them, or one that died before it removed them.
create function renkei_api.gone_exports(p_name text, p_ids text) returns setof text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.exports', 'on', true);
	return query select d.id from unnest(string_to_array(p_ids, ',')) as d (id)
	where exists (select from renkei.export_run r where r.name = p_name and r.bundle_id = d.id and r.removed_at is not null)
		and not exists (select from renkei.export_run r where r.name = p_name and r.bundle_id = d.id and r.removed_at is null)
	order by d.id;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.gone_exports to renkei_daemon;
