-- renkei_api.indicator_items_i1 - what the indicators of needs and the response to them are made of, of each need as worded last.
-- I1.1 needs with a level, and of these those that are advanced or research.  I1.2 needs by what became of them, and the median of days to the answer.
-- I1.3 needs that the platform or another municipality served.  I1.4 municipalities that reported, and of these those that name the capacity to respond
-- as a challenge.  I1.5 different themes that a Chinese government asks for, on average.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_i1(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with record as materialized (
		select * from unnest(p_source.records) r where r.fiscal_year between p_first and p_last
	), told as materialized (
		select distinct on (n.municipality_code, n.need_id) n.*, coalesce(renkei.fiscal_year_of(renkei.first_day(n.said_on)), r.fiscal_year) as year,
			n.municipality_code || '/' || n.need_id as item, r.receipt_number || '#' || n.need_id as ref
		from record r join renkei.need n on n.municipality_code::text = r.municipality_code and n.version_id = r.version_id
		order by n.municipality_code, n.need_id, r.turn desc
	), need as materialized (
		select * from told t where t.year between p_first and p_last
	)
	select 'I1.1', '', n.year, n.item, case when n.level is not null then n.level <> 'basic' end, 1, n.ref from need n
	union all
	select 'I1.2', coalesce(n.response, 'unknown'), n.year, n.item, true, 1, n.ref from need n
	union all
	select 'I1.2', 'median_days', n.year, n.item, true, renkei.first_day(n.responded) - renkei.first_day(n.said_on), n.ref
	from need n where (n.said_on).precision = 'day' and (n.responded).precision = 'day'
	union all
	select 'I1.3', '', n.year, n.item, true, 1, n.ref from need n
	where n.response in ('passed_to_platform', 'passed_to_other_municipality') or n.supplied_by is not null
	union all
	select 'I1.4', '', r.fiscal_year, r.municipality_code, bool_or(c.category is not null), 1,
		coalesce(min(r.receipt_number || '#' || c.challenge_id), min(r.receipt_number))
	from record r left join renkei.challenge c on c.municipality_code::text = r.municipality_code and c.version_id = r.version_id
		and c.category = 'response_capacity'
	group by r.fiscal_year, r.municipality_code
	union all
	select 'I1.5', '', n.year, n.partner_code, true, count(distinct n.theme), min(n.ref) from need n
	where n.partner_code is not null and n.theme is not null group by n.year, n.partner_code
$$;
