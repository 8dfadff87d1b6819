-- renkei_api.deadline_of - the deadline that a municipality has in a period, now: the period's, or a later one that it was granted last.
-- Takes    the municipality; the period.
-- Returns  the deadline, null = none; the number of the extension that it is of, null = none.
create function renkei_api.deadline_of(p_code renkei.lg_code, p renkei.reporting_period)
returns table (due_at timestamptz, extension_number smallint)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select case when x.due_at > p.due_at then x.due_at else p.due_at end, case when x.due_at > p.due_at then x.number end
	from (select) as one
	left join lateral (select d.due_at, d.number from renkei.extension_decision d
		where d.municipality_code = p_code and d.fiscal_year = p.fiscal_year and d.quarter = p.quarter and d.variant = p.variant and d.due_at is not null
		order by d.number desc limit 1) x on true
$$;
