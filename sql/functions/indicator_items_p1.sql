-- renkei_api.indicator_items_p1 - what the indicators of participation are made of; P1.1 and P1.2 come from renkei_api.participation_counts.
-- P1.3 cooperations with an event held.  P1.4 who joined and left.  P1.5 municipalities registered, and of these those with an event held.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_p1(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select * from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	), active as (
		select distinct on (e.fiscal_year, m.code) e.fiscal_year, m.code, e.refs[1] as ref
		from event e cross join lateral unnest(e.municipalities) as m (code) order by e.fiscal_year, m.code, e.event
	)
	select 'P1.3', '', p.fiscal_year, p.cooperation_id, true, 1, p.ref
	from renkei_api.evaluation_pairs(p_source) p where p.fiscal_year between p_first and p_last
	union all
	select 'P1.4', t.side || '_' || t.what, case when renkei.fiscal_year_of(renkei.first_day(t.day)) = renkei.fiscal_year_of(renkei.last_day(t.day))
		then renkei.fiscal_year_of(renkei.first_day(t.day)) end, t.code, true, 1, 'registry:' || t.code
	from (select 'jp' as side, 'joined' as what, p.municipality_code::text as code, p.began as day from renkei.municipality_participation p
		union all select 'jp', 'left', p.municipality_code, p.ended from renkei.municipality_participation p where p.ended is not null
		union all select 'cn', 'joined', p.partner_code, p.began from renkei.partner_participation p
		union all select 'cn', 'left', p.partner_code, p.ended from renkei.partner_participation p where p.ended is not null) t
	where coalesce(renkei.fiscal_year_of(renkei.last_day(t.day)), p_first) >= p_first and coalesce(renkei.fiscal_year_of(renkei.first_day(t.day)), p_last) <= p_last
	union all
	select 'P1.5', '', y.year, m.municipality_code, e.ref is not null, 1, coalesce(e.ref, 'registry:' || m.municipality_code)
	from renkei.municipality m cross join generate_series(p_first, p_last) as y (year)
	left join active e on e.fiscal_year = y.year and e.code = m.municipality_code::text
	where renkei_api.takes_part(m.municipality_code, make_date(y.year, 4, 1), make_date(y.year + 1, 3, 31))
$$;
