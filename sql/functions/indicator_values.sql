-- renkei_api.indicator_values - every indicator by year and over the whole time: the number by what is known, and between which numbers it lies for certain.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  one row an indicator, series and year (0 = the whole time).  Missing reports leave a number open upwards and a share altogether; nothing
--          counted is 0 only where reports stand behind it.  All records for, against, and such that leave it open.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_values(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, place integer, key text, fiscal_year integer, value numeric, low numeric, high numeric, numerator numeric,
	denominator numeric, records_for text[], records_against text[], records_open text[])
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with year as materialized (
		select y.year, (c.coverage ->> 'expected')::integer between 1 and (c.coverage ->> n.counted)::integer as complete, (c.coverage ->> n.counted)::integer > 0 as told
		from generate_series(p_first, p_last) as y (year)
		cross join lateral (select renkei_api.coverage(p_as_of, y.year, y.year, null) as coverage) c
		cross join lateral (select case when p_newest then 'reported' else 'accepted' end as counted) n
	), span as (
		select y.year, y.complete, y.told from year y union all select 0, bool_and(y.complete), bool_or(y.told) from year y
	), item as materialized (
		-- Sorted in the order of bytes, which is nobody's order here, and quick.
		select i.indicator_id collate "C" as indicator_id, i.key collate "C" as key, i.fiscal_year, i.item collate "C" as item, i.counts, i.amount, i.ref collate "C" as ref
		from renkei_api.evaluation_source(p_as_of, p_newest, p_first, p_last) s
		cross join lateral renkei_api.indicator_items(s, p_as_of, p_newest, p_first, p_last) i
	), yearly as materialized (
		select i.indicator_id, i.key, i.fiscal_year as year, i.item, case when bool_or(i.counts) then true when bool_or(i.counts is null) then null
			else false end as counts, max(i.amount) as amount, coalesce(min(i.ref) filter (where i.counts is not false), min(i.ref)) as ref
		from item i where i.fiscal_year between p_first and p_last group by i.indicator_id, i.key, i.fiscal_year, i.item
	), added as materialized (
		select y.indicator_id, y.key, y.item, sum(y.amount) as amount from yearly y where y.counts group by y.indicator_id, y.key, y.item
	), whole as materialized (
		select y.indicator_id, y.key, y.year, y.item, y.counts, y.amount, y.ref from yearly y
		union all
		select i.indicator_id, i.key, 0, i.item, case when bool_or(i.counts and i.fiscal_year is not null) then true
			when bool_or(i.counts is null or i.counts and i.fiscal_year is null) then null else false end,
			case when c.measure = 'sum' then max(a.amount) else max(i.amount) end, coalesce(min(i.ref) filter (where i.counts is not false), min(i.ref))
		from item i join renkei_api.indicator_catalogue() c on c.indicator_id collate "C" = i.indicator_id
		left join added a on a.indicator_id = i.indicator_id and a.key = i.key and a.item = i.item
		group by i.indicator_id, i.key, i.item, c.measure
	), summed as materialized (
		select w.indicator_id collate "default" as indicator_id, w.key collate "default" as key, w.year, count(*) filter (where w.counts) as yes, count(*) filter (where not w.counts) as no,
			count(*) filter (where w.counts is null) as open, sum(w.amount) filter (where w.counts) as total, avg(w.amount) filter (where w.counts) as mean,
			min(w.amount) filter (where w.counts) as least, percentile_cont(0.5) within group (order by w.amount::double precision) as median,
			array_agg(w.ref order by w.ref) filter (where w.counts) as records_for,
			array_agg(w.ref order by w.ref) filter (where not w.counts) as records_against,
			array_agg(w.ref order by w.ref) filter (where w.counts is null) as records_open
		from whole w group by w.indicator_id, w.key, w.year
	), series as (
		select c.indicator_id, c.place, c.measure, c.basis, k.key from renkei_api.indicator_catalogue() c
		cross join lateral (select unnest(case when c.measure in ('special', 'portion') then '{}' else c.keys end) as key
			union select s.key from summed s where s.indicator_id = c.indicator_id) k
		where c.basis <> 'nothing'
	), told as materialized (
		select r.indicator_id, r.place, r.key, s.year, r.measure, r.basis = 'registry' or s.complete as complete, r.basis = 'registry' or s.told as told,
			coalesce(v.yes, 0) as yes, coalesce(v.no, 0) as no, coalesce(v.open, 0) as open, coalesce(v.total, 0) as total, v.mean, v.least,
			v.median, v.records_for, v.records_against, v.records_open,
			sum(v.yes) over (partition by r.indicator_id, split_part(r.key, '/', 1), s.year) as together,
			-- The registry says how many there are; a missing report can only add to those that do.
			r.indicator_id in ('P1.5', 'P4.1') as of_registry
		from series r cross join span s
		left join summed v on v.indicator_id = r.indicator_id and v.key = r.key and v.year = s.year
	), plain as materialized (
		select t.indicator_id, t.place, t.key, t.year, case
				when t.key = 'median_days' then t.median::numeric
				when t.measure = 'count' and (t.told or t.yes > 0) then t.yes
				when t.measure = 'sum' and (t.told or t.yes > 0) and not (t.yes = 0 and t.open > 0) then t.total
				when t.measure = 'share' then t.yes::numeric / nullif(t.yes + t.no + t.open, 0)
				when t.measure = 'portion' then t.yes::numeric / nullif(t.together, 0)
				when t.measure = 'mean' then t.mean
				when t.measure = 'minimum' then t.least end as value,
			case when t.key = 'median_days' then null when t.measure = 'count' then t.yes when t.measure = 'sum' then t.total
				when t.measure = 'share' and t.complete then t.yes::numeric / nullif(t.yes + t.no + t.open, 0)
				when t.measure = 'share' and t.of_registry then t.yes::numeric / nullif(t.yes + t.no + t.open, 0)
				when t.measure = 'share' and t.yes + t.no + t.open > 0 then 0
				when t.measure = 'portion' and t.complete then t.yes::numeric / nullif(t.together, 0) when t.measure = 'portion' then 0 end as low,
			case when t.key = 'median_days' then null when t.measure = 'count' and t.complete then t.yes + t.open
				when t.measure = 'sum' and t.complete and t.open = 0 then t.total
				when t.measure = 'share' and t.complete then (t.yes + t.open)::numeric / nullif(t.yes + t.no + t.open, 0)
				when t.measure = 'share' and t.yes + t.no + t.open > 0 then 1
				when t.measure = 'portion' and t.complete then t.yes::numeric / nullif(t.together, 0) when t.measure = 'portion' then 1 end as high,
			case when t.measure in ('share', 'portion') then t.yes end as numerator,
			case t.measure when 'share' then t.yes + t.no + t.open when 'portion' then t.together end as denominator,
			t.records_for, t.records_against, t.records_open, t.complete
		from told t
	)
	select p.indicator_id, p.place, p.key, p.year, p.value, p.low, p.high, p.numerator, p.denominator, p.records_for, p.records_against, p.records_open
	from plain p
	union all
	select c.indicator_id, c.place, '', n.fiscal_year, n.value, n.low, n.high, null, null, n.records_for, n.records_against, null
	from renkei_api.participation_counts(p_first, p_last) n
	join renkei_api.indicator_catalogue() c on c.indicator_id = case n.side when 'jp' then 'P1.1' else 'P1.2' end
	union all
	-- What a source says of how many were active stands beside what reports show.
	select 'P1.5', c.place, 'stated', f.fiscal_year, a.share, a.share, a.share, f.active_municipality_count, f.municipality_count,
		array['fact:' || f.fact_id], null, null
	from renkei.programme_fact f join renkei_api.indicator_catalogue() c on c.indicator_id = 'P1.5'
	cross join lateral (select f.active_municipality_count::numeric / nullif(f.municipality_count, 0) as share) a
	where f.kind = 'participation' and f.scope = 'programme' and f.active_municipality_count is not null and f.same_as_fact_id is null
		and f.fiscal_year between p_first and p_last
	union all
	select 'P2.3', c.place, '', a.year, r.ratio, case when a.complete then r.ratio end, case when a.complete then r.ratio end, a.value, b.value, null, null,
		null
	from plain a join plain b on b.indicator_id = 'P1.3' and b.key = '' and b.year = a.year
	join renkei_api.indicator_catalogue() c on c.indicator_id = 'P2.3'
	cross join lateral (select a.value / nullif(b.value, 0) as ratio) r
	where a.indicator_id = 'P2.1' and a.key = ''
	union all
	select 'I2.2', c.place, split_part(p.key, '/', 1), p.year, sum(p.value * p.value), case when bool_and(p.complete) then sum(p.value * p.value) end,
		case when bool_and(p.complete) then sum(p.value * p.value) end, null, null, null, null, null
	from plain p join renkei_api.indicator_catalogue() c on c.indicator_id = 'I2.2'
	where p.indicator_id = 'I2.1' group by c.place, split_part(p.key, '/', 1), p.year
	union all
	select 'I4.5', c.place, p.key, p.year, p.value, p.low, p.high, p.numerator, p.denominator, p.records_for, p.records_against, p.records_open
	from plain p join renkei_api.indicator_catalogue() c on c.indicator_id = 'I4.5' where p.indicator_id = 'P4.1'
$$;
