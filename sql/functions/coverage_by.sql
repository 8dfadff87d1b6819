-- renkei_api.coverage_by - how much of what is expected stands behind numbers, by municipality, prefecture, fiscal year or quarter; regular reports only.
-- Takes    whether a past moment is asked for; the moment; the range of fiscal years; conditions as renkei_api.coverage has them; by which of
--          "municipality", "prefecture", "fiscal_year", "quarter", in the order of the keys.
-- Returns  the keys as texts and proto3 JSON of renkei.v1.Coverage.  Now is read from the sums kept, the past is counted from its cells.
create function renkei_api.coverage_by(p_past boolean, p_moment timestamptz, p_first integer, p_last integer, p_where jsonb, p_by text[])
returns table (keys text[], coverage jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
declare
	by_municipality constant integer := array_position(p_by, 'municipality');
	by_prefecture constant integer := array_position(p_by, 'prefecture');
	by_year constant integer := array_position(p_by, 'fiscal_year');
	by_quarter constant integer := array_position(p_by, 'quarter');
	places constant integer[] := array(select p.place from unnest(array[by_municipality, by_prefecture, by_year, by_quarter]) with ordinality as p (key, place)
		where p.key is not null order by p.key);
	quarters constant integer[] := array(select q from generate_series(1, 4) q where coalesce(p_where -> 'quarter' ? ('q' || q), true));
begin
	return query
	with cell as (
		select c.municipality_code, c.fiscal_year, case when by_quarter is not null then c.quarter end as quarter,
			count(*) filter (where c.reported and not c.nil) as reported, count(*) filter (where c.nil) as nil,
			count(*) filter (where c.expected and not c.reported and c.due_at < p_moment) as missing,
			count(*) filter (where c.expected and not c.reported and (c.due_at < p_moment) is not true) as not_due,
			count(*) filter (where c.reported and c.timeliness = 'late') as late, count(*) filter (where c.returned) as returned,
			count(*) filter (where c.accepted) as accepted
		from renkei_api.status_cells(p_moment, p_first, p_last) c
		where p_past and c.variant = 'regular' and c.quarter = any (quarters)
		group by 1, 2, 3
		union all
		select y.municipality_code, y.fiscal_year, b.quarter, renkei_api.cell_count(y.there & ~y.nil & b.bits), renkei_api.cell_count(y.nil & b.bits),
			renkei_api.cell_count(y.missing & b.bits), renkei_api.cell_count(y.not_due & b.bits), renkei_api.cell_count(y.late & b.bits),
			renkei_api.cell_count(y.returned & b.bits), renkei_api.cell_count(y.accepted & b.bits)
		from renkei_api.status_years(p_moment, p_first, p_last) y
		cross join (select case when by_quarter is not null then q end as quarter, bit_or(renkei.cell_bit(q, 'regular')) as bits
			from unnest(quarters) q group by 1) b
		where not p_past
	), keyed as (
		select case when by_municipality is not null then c.municipality_code end as municipality, case when by_prefecture is not null then left(c.municipality_code, 2) end as prefecture, case when by_year is not null then c.fiscal_year end as year,
			c.quarter, sum(c.reported) as reported, sum(c.nil) as nil, sum(c.missing) as missing, sum(c.not_due) as not_due, sum(c.late) as late,
			sum(c.returned) as returned, sum(c.accepted) as accepted
		from cell c where coalesce(p_where -> 'municipality' ? c.municipality_code, true) and coalesce(p_where -> 'prefecture' ? left(c.municipality_code, 2), true)
			and coalesce(p_where -> 'fiscal_year' ? c.fiscal_year::text, true)
		group by 1, 2, 3, 4
	)
	select array(select (array[k.municipality, k.prefecture, k.year::text, 'q' || k.quarter])[p.place] from unnest(places) with ordinality as p (place, n) order by p.n),
		renkei_api.coverage_json(k.reported::bigint, k.nil::bigint, k.missing::bigint, k.not_due::bigint, k.late::bigint, k.returned::bigint, k.accepted::bigint)
	from keyed k;
end $$;
