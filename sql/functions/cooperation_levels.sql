-- renkei_api.cooperation_levels - how deep each cooperation is at the end of each year, by what is known.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  one row a cooperation with both sides and a year: 0 nothing but courtesy, 1 type A or any event held, 2 research exchange,
--          3 joint research, 4 model project; and the records that say so.  What was reached is not lost.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.cooperation_levels(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (cooperation_id text, fiscal_year integer, level integer, refs text[])
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with pair as (
		select c.cooperation_id, c.municipality_code::text as municipality_code, c.partner_code::text as partner_code,
			coalesce(renkei.fiscal_year_of(renkei.first_day(c.status_since)), 2000) as since
		from renkei.cooperation c where c.municipality_code is not null and c.partner_code is not null
	), sign as (
		select e.cooperation_id, e.fiscal_year, case e.kind when 'model_project' then 4 when 'joint_research' then 3 when 'research_exchange' then 2
			else 1 end as level, e.ref
		from renkei_api.evaluation_pairs(p_source) e
		union all
		select p.cooperation_id, renkei.fiscal_year_of(renkei.last_day(j.began)), case j.kind when 'model_project' then 4 else 3 end,
			r.receipt_number || '#' || j.project_id
		from unnest(p_source.records) r
		join renkei.project j on j.municipality_code::text = r.municipality_code and j.version_id = r.version_id and j.status in ('running', 'finished')
			and j.began is not null and j.kind is not null
		join renkei.project_partner g on g.municipality_code = j.municipality_code and g.version_id = j.version_id and g.project_id = j.project_id
		join pair p on p.municipality_code = r.municipality_code and p.partner_code = g.partner_code::text
		union all
		select p.cooperation_id, f.fiscal_year, case f.activity_kind when 'model_project' then 4 else 3 end, 'fact:' || f.fact_id
		from renkei.programme_fact f
		join renkei.programme_fact_municipality m on m.fact_id = f.fact_id
		join renkei.programme_fact_partner g on g.fact_id = f.fact_id
		join pair p on p.municipality_code = m.municipality_code::text and p.partner_code = g.partner_code::text
		where f.kind = 'project' and f.scope = 'programme' and f.status = 'ongoing' and f.fiscal_year <= p_last
		union all
		select p.cooperation_id, coalesce(renkei.fiscal_year_of(renkei.last_day(t.effective)), p.since), 1, 'registry:' || p.cooperation_id
		from pair p join renkei_api.type_entries(p_as_of, p_newest) t on t.cooperation_id = p.cooperation_id
	), reached as (
		select p.cooperation_id, y.year, s.level, s.ref, max(s.level) over (partition by p.cooperation_id, y.year) as top
		from pair p join generate_series(p_first, p_last) as y (year) on y.year >= p.since
		left join sign s on s.cooperation_id = p.cooperation_id and s.fiscal_year <= y.year
	)
	select r.cooperation_id, r.year, coalesce(max(r.level), 0), array_agg(distinct r.ref) filter (where r.level = r.top)
	from reached r group by r.cooperation_id, r.year
$$;
