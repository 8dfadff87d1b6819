-- renkei_api.indicator_items_p2 - what the indicators of exchange and its depth are made of.
-- P2.1 events held, all and by kind.  P2.2 people by side, in persons, person-times and person-days apart.  P2.4 cooperations, and of these those of
-- type B at the end of the year; B of unknown date leaves it open.  P2.5 changes from A to B.  P2.6 cooperations by depth, and those that went
-- deeper within the year.  P2.7 agreements.  P2.3 follows from P2.1 and P1.3.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_p2(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select * from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	), kind as materialized (
		select t.*, lag(t.type) over w as before, lead(t.place) over w is null as last from renkei_api.type_entries(p_as_of, p_newest) t
		where t.municipality_code is not null and t.cooperation_id in (select c.cooperation_id from renkei.cooperation c)
		window w as (partition by t.cooperation_id order by t.place)
	), level as materialized (
		select l.*, lag(l.level) over (partition by l.cooperation_id order by l.fiscal_year) as before
		from renkei_api.cooperation_levels(p_source, p_as_of, p_newest, p_first - 1, p_last) l
	)
	select 'P2.1', k.key, e.fiscal_year, e.event, true, e.occurrences, e.refs[1]
	from event e cross join lateral (select '' as key union all select e.kind where e.kind is not null) k
	union all
	select 'P2.2', coalesce(nullif(f.side, ''), 'unknown') || '/' || f.measure, e.fiscal_year, f.event || '/' || f.line,
		case when f.value is not null then true end, f.value, e.refs[1]
	from unnest(p_source.people) f join event e on e.event = f.event
	where f.measure <> 'trainees' and (f.side <> '' or f.value is not null)
	union all
	select 'P2.2', coalesce(f.people_side, 'unknown') || '/' || f.people_measure, f.fiscal_year, e.event,
		-- Of several occurrences the number may be that of each.
		case when e.occurrences = 1 then true end, f.people, e.refs[1]
	from event e join renkei.programme_fact f on e.event = 'fact:' || f.fact_id
	where f.people is not null and f.people_basis is distinct from 'capacity'
	union all
	select 'P2.4', '', y.year, k.cooperation_id, case when d.type is not null then d.type = 'b' when bool_or(k.type = 'b') then null else false end, 1,
		'registry:' || k.cooperation_id
	from kind k join renkei.cooperation c on c.cooperation_id = k.cooperation_id
	join generate_series(p_first, p_last) as y (year) on coalesce(renkei.first_day(c.status_since), '-infinity') <= make_date(y.year + 1, 3, 31)
	left join lateral (select o.type from kind o where o.cooperation_id = k.cooperation_id and renkei.last_day(o.effective) <= make_date(y.year + 1, 3, 31)
		order by o.place desc limit 1) d on true
	group by k.cooperation_id, y.year, d.type
	union all
	select 'P2.5', '', case when renkei.fiscal_year_of(renkei.first_day(k.effective)) = renkei.fiscal_year_of(renkei.last_day(k.effective))
		then renkei.fiscal_year_of(renkei.first_day(k.effective)) end, k.cooperation_id, case when k.before = 'a' then true end, 1,
		coalesce(k.receipt_number || '#' || k.partner_code, 'registry:' || k.cooperation_id)
	from kind k where k.type = 'b' and k.before is distinct from 'b'
		and coalesce(renkei.fiscal_year_of(renkei.last_day(k.effective)) between p_first and p_last, true)
	union all
	select 'P2.6', 'level_' || l.level, l.fiscal_year, l.cooperation_id, true, 1, coalesce(l.refs[1], 'registry:' || l.cooperation_id)
	from level l where l.fiscal_year >= p_first
	union all
	select 'P2.6', 'rises', l.fiscal_year, l.cooperation_id || '/' || l.level, true, 1, coalesce(l.refs[1], 'registry:' || l.cooperation_id)
	from level l where l.fiscal_year >= p_first and l.level > l.before
	union all
	select 'P2.7', '', e.fiscal_year, coalesce(c.cooperation_id || ' ' || e.fiscal_year, e.event), true, 1, e.refs[1]
	from event e left join renkei_api.evaluation_pairs(p_source) c on c.event = e.event
	where e.kind = 'agreement'
	union all
	select 'P2.7', '', f.fiscal_year, coalesce(c.cooperation_id || ' ' || f.fiscal_year, 'fact:' || f.fact_id), true, 1, 'fact:' || f.fact_id
	from renkei.programme_fact f
	left join renkei.programme_fact_municipality m on m.fact_id = f.fact_id
	left join renkei.programme_fact_partner g on g.fact_id = f.fact_id
	left join renkei.cooperation c on c.municipality_code = m.municipality_code and c.partner_code = g.partner_code
	where f.kind = 'agreement' and f.scope = 'programme' and f.status in ('held', 'reported') and f.fiscal_year between p_first and p_last
		and f.same_as_fact_id is null and not exists (select from event e where 'fact:' || f.fact_id = any (e.refs)
			or e.event = f.same_as_municipality_code || '/' || f.same_as_activity_id)
	union all
	select 'P2.7', '', d.year, c.cooperation_id || ' ' || d.year, true, 1, 'registry:' || c.cooperation_id
	from renkei.cooperation c
	cross join lateral (select renkei.fiscal_year_of(renkei.first_day(c.basis_date)) as year) d
	where c.basis in ('agreement', 'memorandum') and d.year between p_first and p_last and d.year = renkei.fiscal_year_of(renkei.last_day(c.basis_date))
$$;
