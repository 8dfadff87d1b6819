-- renkei_api.coverage - how much of what is expected stands behind numbers of these years; regular reports only.
-- Takes    the moment, null = now; the range of fiscal years; conditions: {"municipality": [...], "fiscal_year": [...], "quarter": [...]}
--          as texts, null = none.
-- Returns  proto3 JSON of renkei.v1.Coverage.
create function renkei_api.coverage(p_as_of timestamptz, p_first integer, p_last integer, p_where jsonb) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.coverage_json(count(*) filter (where c.reported and not c.nil), count(*) filter (where c.nil),
		count(*) filter (where c.expected and not c.reported and c.due_at < coalesce(p_as_of, clock_timestamp())),
		count(*) filter (where c.expected and not c.reported and (c.due_at < coalesce(p_as_of, clock_timestamp())) is not true),
		count(*) filter (where c.reported and c.timeliness = 'late'), count(*) filter (where c.returned),
		count(*) filter (where c.accepted))
	from renkei_api.status_cells(p_as_of, p_first, p_last) c
	where c.variant = 'regular'
		and coalesce(p_where -> 'municipality' ? c.municipality_code, true)
		and coalesce(p_where -> 'fiscal_year' ? c.fiscal_year::text, true)
		and coalesce(p_where -> 'quarter' ? ('q' || c.quarter), true)
$$;
