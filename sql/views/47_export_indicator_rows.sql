-- renkei_api.export_indicator_rows - the indicators of the evaluation, a row a number.
-- Takes    the moment of the export from its reader's setting.
-- Returns  each indicator and series by year and over the whole time of each evaluation that has statements, rounded as the evaluation prints it;
--          with the reports behind it.  Nothing where only what is public is wanted:
--          the numbers count what the parties may read too.  A view reads it for analysts, who see no table.
create function renkei_api.export_indicator_rows()
returns table (indicator_id text, series text, first_fiscal_year integer, last_fiscal_year integer, statement_id text, label jsonb, series_label jsonb,
	counting text, rests_on text, unit jsonb, value double precision, low double precision, high double precision, numerator double precision,
	denominator double precision, reports_accepted integer, reports_expected integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	tenant constant text := current_setting('renkei.tenant', true);
	role constant text := current_setting('renkei.role', true);
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'analyst', true);
	return query
	with moment as materialized (
		select coalesce(nullif(current_setting('renkei.export_as_of', true), '')::timestamptz, now()) as as_of
		where current_setting('renkei.export_disclosure', true) is distinct from 'public'
	), range as materialized (
		select distinct m.as_of, s.first_fiscal_year::integer as first_year, s.last_fiscal_year::integer as last_year from moment m cross join renkei.evaluation_statement s
	), number as materialized (
		-- A year that two evaluations speak of is told once, as the later one has it.
		select distinct on (n.indicator_id, n.key, coalesce(nullif(n.fiscal_year, 0), r.first_year), coalesce(nullif(n.fiscal_year, 0), r.last_year))
			n.*, coalesce(nullif(n.fiscal_year, 0), r.first_year) as first_year, coalesce(nullif(n.fiscal_year, 0), r.last_year) as last_year
		from range r cross join lateral renkei_api.indicator_values(r.as_of, false, r.first_year, r.last_year) n
		where n.fiscal_year <> 0 or r.first_year < r.last_year
		order by n.indicator_id, n.key, coalesce(nullif(n.fiscal_year, 0), r.first_year), coalesce(nullif(n.fiscal_year, 0), r.last_year), r.last_year desc, r.first_year
	), reports as materialized (
		select y.first_year, y.last_year, renkei_api.coverage(m.as_of, y.first_year, y.last_year, null) as coverage
		from (select distinct n.first_year, n.last_year from number n) y cross join moment m
	)
	select n.indicator_id, coalesce(nullif(n.key, ''), 'main'), n.first_year, n.last_year, split_part(n.indicator_id, '.', 1), c.label, renkei_api.indicator_key_label(n.key),
		c.measure, c.basis, c.unit, round(n.value, 6)::double precision, round(n.low, 6)::double precision, round(n.high, 6)::double precision, n.numerator::double precision,
		n.denominator::double precision, coalesce((r.coverage ->> 'accepted')::integer, 0), coalesce((r.coverage ->> 'expected')::integer, 0)
	from number n
	join renkei_api.indicator_catalogue() c on c.indicator_id = n.indicator_id
	join reports r on r.first_year = n.first_year and r.last_year = n.last_year;
	perform set_config('renkei.tenant', coalesce(tenant, ''), true), set_config('renkei.role', coalesce(role, ''), true);
end $$;
grant execute on function renkei_api.export_indicator_rows to renkei_analyst;
