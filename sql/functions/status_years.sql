-- renkei_api.status_years - how much of what is expected is there, now, from the sums kept of each municipality's years.
-- Takes    the moment that deadlines are compared with; the range of fiscal years.
-- Returns  one row a municipality and fiscal year, of a municipality's caller its own: sets of cells (renkei.cell_bit), as
--          renkei_api.status_cells says of each cell.  What is there is expected.
create function renkei_api.status_years(p_moment timestamptz, p_first integer, p_last integer)
returns table (municipality_code text, fiscal_year smallint, there integer, nil integer, missing integer, not_due integer, late integer,
	returned integer, accepted integer)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	own constant text := nullif(current_setting('renkei.tenant', true), '');
begin
	return query
	with kept as (
		select s.municipality_code, s.fiscal_year, sum(s.there)::integer as there, sum(s.nil)::integer as nil, sum(s.late)::integer as late,
			sum(s.returned)::integer as returned, sum(s.accepted)::integer as accepted
		from (select t.municipality_code, t.fiscal_year, t.there, t.nil, t.late, t.returned, t.accepted from renkei.status_total t
				where t.fiscal_year between p_first and p_last
			union all select d.municipality_code, d.fiscal_year, d.there, d.nil, d.late, d.returned, d.accepted from renkei.status_delta d
				where d.fiscal_year between p_first and p_last) s
		group by s.municipality_code, s.fiscal_year
	), part as materialized (
		select t.fiscal_year, renkei.cell_bit(t.quarter, t.variant) as bit, t.due_at < p_moment as due,
			renkei.quarter_start(t.fiscal_year, t.quarter) as first_day, renkei.quarter_end(t.fiscal_year, t.quarter) as last_day
		from renkei.reporting_period t where t.fiscal_year between p_first and p_last
	), wanted as (
		select p.municipality_code, t.fiscal_year, bit_or(t.bit) as cells
		from (select m.municipality_code, coalesce(renkei.first_day(m.began), '-infinity') as began, coalesce(renkei.last_day(m.ended), 'infinity') as ended
			from renkei.municipality_participation m where own = '*' or m.municipality_code = own) p
		join part t on p.began <= t.last_day and p.ended >= t.first_day
		group by p.municipality_code, t.fiscal_year
	), passed as (
		select t.fiscal_year, coalesce(bit_or(t.bit) filter (where t.due), 0) as cells from part t group by t.fiscal_year
	), longer as (
		select x.municipality_code, x.fiscal_year, bit_or(renkei.cell_bit(x.quarter, x.variant)) as cells
		from renkei_api.extended(null, p_first, p_last) x where x.due_at >= p_moment group by x.municipality_code, x.fiscal_year
	), open as (
		select coalesce(k.municipality_code, w.municipality_code)::text as municipality_code, coalesce(k.fiscal_year, w.fiscal_year) as fiscal_year,
			coalesce(k.there, 0) as there, coalesce(k.nil, 0) as nil, coalesce(k.late, 0) as late, coalesce(k.returned, 0) as returned,
			coalesce(k.accepted, 0) as accepted,
			-- A forecast is not expected any more once the regular report is there.
			coalesce(w.cells, 0) & ~coalesce(k.there, 0) & case when coalesce(k.there, 0) & 8 <> 0 then 15 else 31 end as cells
		from kept k full join wanted w on w.municipality_code = k.municipality_code and w.fiscal_year = k.fiscal_year
	)
	select o.municipality_code, o.fiscal_year, o.there, o.nil, o.cells & p.cells & ~coalesce(x.cells, 0), o.cells & ~(p.cells & ~coalesce(x.cells, 0)), o.late, o.returned, o.accepted
	from open o join passed p on p.fiscal_year = o.fiscal_year
	left join longer x on x.municipality_code = o.municipality_code and x.fiscal_year = o.fiscal_year;
end $$;
