-- renkei_api.coverage - how much of what is expected stands behind numbers of these years; regular reports only.
-- Takes    the moment, null = now; the range of fiscal years; conditions: {"municipality": [...], "fiscal_year": [...], "quarter": [...]}
--          as texts, null = none.
-- Returns  proto3 JSON of renkei.v1.Coverage.
create function renkei_api.coverage(p_as_of timestamptz, p_first integer, p_last integer, p_where jsonb) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	cells integer := 15;
begin
	if p_as_of is not null then
		return (
			select renkei_api.coverage_json(count(*) filter (where c.reported and not c.nil), count(*) filter (where c.nil),
				count(*) filter (where c.expected and not c.reported and c.due_at < p_as_of),
				count(*) filter (where c.expected and not c.reported and (c.due_at < p_as_of) is not true),
				count(*) filter (where c.reported and c.timeliness = 'late'), count(*) filter (where c.returned),
				count(*) filter (where c.accepted))
			from renkei_api.status_cells(p_as_of, p_first, p_last) c
			where c.variant = 'regular'
				and coalesce(p_where -> 'municipality' ? c.municipality_code, true)
				and coalesce(p_where -> 'fiscal_year' ? c.fiscal_year::text, true)
				and coalesce(p_where -> 'quarter' ? ('q' || c.quarter), true));
	end if;
	if p_where ? 'quarter' then
		cells := (select coalesce(bit_or(renkei.cell_bit(q, 'regular')), 0) from generate_series(1, 4) q where p_where -> 'quarter' ? ('q' || q));
	end if;
	return (
		select renkei_api.coverage_json(coalesce(sum(renkei_api.cell_count(y.there & ~y.nil & cells)), 0)::bigint,
			coalesce(sum(renkei_api.cell_count(y.nil & cells)), 0)::bigint, coalesce(sum(renkei_api.cell_count(y.missing & cells)), 0)::bigint,
			coalesce(sum(renkei_api.cell_count(y.not_due & cells)), 0)::bigint, coalesce(sum(renkei_api.cell_count(y.late & cells)), 0)::bigint,
			coalesce(sum(renkei_api.cell_count(y.returned & cells)), 0)::bigint, coalesce(sum(renkei_api.cell_count(y.accepted & cells)), 0)::bigint)
		from renkei_api.status_years(clock_timestamp(), p_first, p_last) y
		where coalesce(p_where -> 'municipality' ? y.municipality_code, true)
			and coalesce(p_where -> 'fiscal_year' ? y.fiscal_year::text, true));
end $$;
