-- renkei_api.status_sums - the sums of the status matrix: of each period, of each municipality, of all.
-- Takes    whether a past moment is asked for; the moment; the range of fiscal years.
-- Returns  rows of proto3 JSON of renkei.v1.Coverage.  A period's sum (over_rows) is of its own cells; what runs over periods is of
--          regular reports, as in every other total.  Now is read from the sums kept, the past is counted from its cells.
create function renkei_api.status_sums(p_past boolean, p_moment timestamptz, p_first integer, p_last integer)
returns table (over_rows boolean, over_columns boolean, municipality_code text, fiscal_year smallint, quarter smallint, variant text, coverage jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	if p_past then
		return query
		select grouping(c.municipality_code) = 1, grouping(c.fiscal_year) = 1, c.municipality_code, c.fiscal_year, c.quarter, c.variant,
			renkei_api.coverage_json(count(*) filter (where c.reported and not c.nil), count(*) filter (where c.nil),
				count(*) filter (where c.expected and not c.reported and c.due_at < p_moment),
				count(*) filter (where c.expected and not c.reported and (c.due_at < p_moment) is not true),
				count(*) filter (where c.reported and c.timeliness = 'late'), count(*) filter (where c.returned),
				count(*) filter (where c.accepted))
		from renkei_api.status_cells(p_moment, p_first, p_last) c cross join (values (true), (false)) as w (one_period)
		where w.one_period or c.variant = 'regular'
		group by grouping sets ((w.one_period, c.municipality_code), (w.one_period, c.fiscal_year, c.quarter, c.variant), (w.one_period))
		having w.one_period = (grouping(c.fiscal_year) = 0);
		return;
	end if;
	return query
	with year as materialized (
		select y.* from renkei_api.status_years(p_moment, p_first, p_last) y
	)
	select true, false, null, t.fiscal_year, t.quarter, t.variant::text, renkei_api.coverage_json(
		count(*) filter (where y.there & ~y.nil & b.bit > 0), count(*) filter (where y.nil & b.bit > 0),
		count(*) filter (where y.missing & b.bit > 0), count(*) filter (where y.not_due & b.bit > 0),
		count(*) filter (where y.late & b.bit > 0), count(*) filter (where y.returned & b.bit > 0),
		count(*) filter (where y.accepted & b.bit > 0))
	from renkei.reporting_period t
	cross join lateral (select renkei.cell_bit(t.quarter, t.variant)) as b (bit)
	join year y on y.fiscal_year = t.fiscal_year
	group by t.fiscal_year, t.quarter, t.variant
	union all
	select y.municipality_code is null, true, y.municipality_code, null, null, null, renkei_api.coverage_json(
		coalesce(sum(renkei_api.cell_count(y.there & ~y.nil & 15)), 0)::bigint, coalesce(sum(renkei_api.cell_count(y.nil & 15)), 0)::bigint,
		coalesce(sum(renkei_api.cell_count(y.missing & 15)), 0)::bigint, coalesce(sum(renkei_api.cell_count(y.not_due & 15)), 0)::bigint,
		coalesce(sum(renkei_api.cell_count(y.late & 15)), 0)::bigint, coalesce(sum(renkei_api.cell_count(y.returned & 15)), 0)::bigint,
		coalesce(sum(renkei_api.cell_count(y.accepted & 15)), 0)::bigint)
	from year y group by grouping sets ((y.municipality_code), ());
end $$;
