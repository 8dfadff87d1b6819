-- renkei_api.indicator_items_o4 - what the indicators of companies and associations are made of.
-- O4.1 companies and associations, all and by role.  O4.2 experts of theirs that were sent, in person-times.  O4.3 sites visited.  O4.4 those that say they
-- learned, had publicity, found an issue.  O4.5 those with business that followed.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_o4(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select * from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	), body as materialized (
		select e.event, e.fiscal_year, e.refs[1] as ref, o.* from event e
		join renkei.activity_organisation o on o.municipality_code::text = e.municipality_code and o.version_id = e.version_id
			and o.activity_id::text = e.activity_id and o.kind in ('company', 'industry_association')
	)
	select 'O4.1', k.key, b.fiscal_year, b.name, true, 1, b.ref
	from body b cross join lateral (select '' as key union all select b.role where b.role is not null) k
	union all
	select 'O4.2', '', e.fiscal_year, f.event || '/' || f.line, case when f.value is not null then true end, f.value, e.refs[1]
	from unnest(p_source.people) f join event e on e.event = f.event
	where f.measure = 'person_times' and f.side = 'jp' and f.category in ('company', 'industry_association')
	union all
	select 'O4.3', '', b.fiscal_year, b.name, true, 1, b.ref from body b where b.role = 'visited_site'
	union all
	select 'O4.4', k.key, b.fiscal_year, b.event || '/' || b.name, k.said, 1, b.ref
	from body b cross join lateral (values ('learned', case b.learned when 'yes' then true when 'no' then false end),
		('publicity', case b.publicity when 'yes' then true when 'no' then false end), ('issue', case when b.issue is not null then true end)) as k (key, said)
	where k.said is not null
	union all
	select 'O4.5', b.follow_up, b.fiscal_year, b.event || '/' || b.name, true, 1, b.ref from body b where b.follow_up in ('inquiry', 'contract')
$$;
