-- renkei_api.export_evaluation_years - the ranges of fiscal years that exports have indicators of: each evaluation's, and all years there are.
-- Takes    the moment.      Returns  first and last year; whole = this is the range of all years.
create function renkei_api.export_evaluation_years(p_as_of timestamptz) returns table (first_year integer, last_year integer, whole boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with stated as materialized (
		select distinct t.first_fiscal_year::integer as first_year, t.last_fiscal_year::integer as last_year from renkei.evaluation_statement t
	), everything as (
		select least((select min(v.fiscal_year)::integer from renkei_api.counted_versions(p_as_of, false, 2000, 2199) v), (select min(s.first_year) from stated s)) as first_year,
			greatest((select max(v.fiscal_year)::integer from renkei_api.counted_versions(p_as_of, false, 2000, 2199) v), (select max(s.last_year) from stated s)) as last_year
	)
	select y.first_year, y.last_year, bool_or(y.whole) from (
		select s.first_year, s.last_year, false as whole from stated s
		union all select e.first_year, e.last_year, true from everything e where e.first_year is not null) y
	group by y.first_year, y.last_year
$$;
