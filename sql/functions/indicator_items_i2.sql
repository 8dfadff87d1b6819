-- renkei_api.indicator_items_i2 - what the indicators of converging themes are made of; a record stands under its primary theme.
-- I2.1 needs, and events, by theme; out of scope themes are none.  I2.3 Chinese governments that ask for a theme.  I2.4 municipalities that teach a theme,
-- and of these those that did it together with another one.  I2.2 follows from I2.1.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_i2(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select e.*, e.themes[1] as theme from unnest(p_source.events) e
		where e.fiscal_year between p_first and p_last and exists (select from renkei.theme t where t.theme::text = e.themes[1] and t.in_scope)
	), need as materialized (
		select distinct on (n.municipality_code, n.need_id) n.*, coalesce(renkei.fiscal_year_of(renkei.first_day(n.said_on)), r.fiscal_year) as year,
			r.receipt_number || '#' || n.need_id as ref
		from (select * from unnest(p_source.records) o where o.fiscal_year between p_first and p_last) r
		join renkei.need n on n.municipality_code::text = r.municipality_code and n.version_id = r.version_id
		join renkei.theme t on t.theme = n.theme and t.in_scope
		order by n.municipality_code, n.need_id, r.turn desc
	)
	select 'I2.1', 'activities/' || e.theme, e.fiscal_year, e.event, true, 1, e.refs[1] from event e
	union all
	select 'I2.1', 'needs/' || n.theme, n.year, n.municipality_code || '/' || n.need_id, true, 1, n.ref from need n where n.year between p_first and p_last
	union all
	select 'I2.3', n.theme, n.year, n.partner_code, true, 1, n.ref from need n where n.year between p_first and p_last and n.partner_code is not null
	union all
	select 'I2.4', k.key || e.theme, e.fiscal_year, m.code, true, 1, e.refs[1]
	from event e cross join unnest(e.municipalities) as m (code)
	cross join lateral (select 'all/' as key union all select 'together/' where cardinality(e.municipalities) >= 2) k
	where e.kind in ('training_in_japan', 'local_seminar', 'seminar_in_japan', 'expert_dispatch')
$$;
