-- renkei_api.participation_counts - how many take part at the end of each year, and between which numbers that lies for certain.
-- Takes    the range of fiscal years.
-- Returns  one row a side and year: stated = the latest number that a fact of the year tells, null = none does; low and high.
--
-- What a source states of a year holds.  Else at least those of the register take part whose time covers the year's last day whatever its partial dates
-- mean.  At most it is what a later year states, less those that joined for certain in between, more those that may have left; without any statement
-- it is those of the register that may take part.
create function renkei_api.participation_counts(p_first integer, p_last integer)
returns table (side text, fiscal_year integer, value integer, low integer, high integer, records_for text[], records_against text[])
language sql stable set search_path = pg_catalog, pg_temp as $$
	with span as materialized (
		select 'jp' as side, p.municipality_code::text as code, p.began, p.ended from renkei.municipality_participation p
		union all select 'cn', p.partner_code, p.began, p.ended from renkei.partner_participation p
	), stated as materialized (
		select distinct on (s.side, f.fiscal_year) s.side, f.fiscal_year, s.number, f.fact_id
		from renkei.programme_fact f
		cross join lateral (values ('jp', f.municipality_count), ('cn', f.partner_count)) as s (side, number)
		where f.kind = 'participation' and f.scope = 'programme' and f.status in ('held', 'reported') and f.same_as_fact_id is null and s.number is not null
		order by s.side, f.fiscal_year, renkei.last_day(f.began) desc nulls last, f.fact_id
	), year as (
		select v.side, y.year, make_date(y.year + 1, 3, 31) as day from unnest(array['jp', 'cn']) as v (side)
		cross join generate_series(p_first, p_last) as y (year)
	), counted as (
		select y.*, array(select distinct s.code from span s where s.side = y.side and renkei.last_day(s.began) <= y.day
				and (s.ended is null or renkei.first_day(s.ended) > y.day) order by 1) as certain,
			(select count(distinct s.code) from span s where s.side = y.side and coalesce(renkei.first_day(s.began), '-infinity') <= y.day
				and coalesce(renkei.last_day(s.ended), 'infinity') >= y.day)::integer as possible,
			array(select s.code from span s where s.side = y.side and s.ended is not null and renkei.first_day(s.ended) <= y.day
				and renkei.last_day(s.ended) >= make_date(y.year, 4, 1) order by 1) as gone,
			t.number, t.fact_id, l.number - (select count(*) from span s where s.side = y.side and renkei.first_day(s.began) > y.day
					and renkei.last_day(s.began) <= make_date(l.fiscal_year + 1, 3, 31))
				+ (select count(*) from span s where s.side = y.side and renkei.last_day(s.ended) > y.day
					and renkei.first_day(s.ended) <= make_date(l.fiscal_year + 1, 3, 31)) as backwards,
			not exists (select from stated o where o.side = y.side) as unstated
		from year y
		left join stated t on t.side = y.side and t.fiscal_year = y.year
		left join lateral (select o.* from stated o where o.side = y.side and o.fiscal_year > y.year order by o.fiscal_year limit 1) l on true
	)
	select c.side, c.year, coalesce(c.number, cardinality(c.certain)), coalesce(c.number, cardinality(c.certain)),
		coalesce(c.number, greatest(c.backwards, cardinality(c.certain))::integer, case when c.unstated then c.possible end),
		case when c.fact_id is not null then array['fact:' || c.fact_id] else '{}' end || array(select 'registry:' || k.code from unnest(c.certain) as k (code)),
		array(select 'registry:' || k.code from unnest(c.gone) as k (code))
	from counted c
$$;
