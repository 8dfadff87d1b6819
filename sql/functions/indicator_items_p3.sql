-- renkei_api.indicator_items_p3 - what the indicators of working together within each country are made of.
-- P3.1 events, and of these those with two municipalities or more.  P3.2 pairs of municipalities that worked together.  P3.3 lecturers and sites that
-- another municipality than the reporting one gave.  P3.4 events with two Chinese governments or more.  P3.5 events with several on both sides, and
-- platform meetings with several governments; and the governments present.  A record that stands for several occurrences does not say who met whom.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_p3(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select e.*, e.occurrences = 1 and coalesce(e.partner_number, 0) >= 2 and (cardinality(e.municipalities) >= 2
			or e.kind in ('joint_meeting', 'platform_meeting', 'seminar_in_japan')) as multilateral
		from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	)
	select 'P3.1', '', e.fiscal_year, e.event, case when e.municipalities <> '{}' and e.occurrences = 1 then cardinality(e.municipalities) >= 2 end, 1, e.refs[1] from event e
	union all
	select 'P3.2', '', e.fiscal_year, a.code || '-' || b.code, true, 1, e.refs[1]
	from event e cross join unnest(e.municipalities) as a (code) join unnest(e.municipalities) as b (code) on a.code < b.code where e.occurrences = 1
	union all
	select 'P3.3', p.role, e.fiscal_year, e.event || '/' || p.party_municipality_code, true, 1, e.refs[1]
	from event e join renkei.activity_municipality p on p.municipality_code::text = e.municipality_code and p.version_id = e.version_id
		and p.activity_id::text = e.activity_id and p.party_municipality_code <> p.municipality_code and p.role in ('lecturer', 'visited_site')
	union all
	select 'P3.4', '', e.fiscal_year, e.event, true, 1, e.refs[1] from event e where e.partner_number >= 2 and e.occurrences = 1
	union all
	select 'P3.5', k.key, e.fiscal_year, e.event, true, k.amount, e.refs[1]
	from event e cross join lateral (values ('', 1), ('governments', e.partner_number)) as k (key, amount) where e.multilateral
$$;
