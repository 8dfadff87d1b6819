-- renkei_api.extended - the later deadlines that municipalities have, of those that the transaction may see.
-- Takes    the moment, null = now: what was decided later is not known then; the range of fiscal years.
-- Returns  one row a municipality and period: the deadline granted last, where it is later than the period's.
create function renkei_api.extended(p_as_of timestamptz, p_first integer, p_last integer)
returns table (municipality_code renkei.lg_code, fiscal_year smallint, quarter smallint, variant renkei.variant, number smallint, due_at timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select distinct on (x.municipality_code, x.fiscal_year, x.quarter, x.variant)
		x.municipality_code, x.fiscal_year, x.quarter, x.variant, x.number, x.due_at
	from renkei.extension_decision x
	join renkei.reporting_period t on t.fiscal_year = x.fiscal_year and t.quarter = x.quarter and t.variant = x.variant
	where x.fiscal_year between p_first and p_last and x.due_at > t.due_at and (p_as_of is null or x.decided_at <= p_as_of)
	order by x.municipality_code, x.fiscal_year, x.quarter, x.variant, x.number desc
$$;
