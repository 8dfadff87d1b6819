-- renkei_api.aggregate_facts - what there is to be counted, as single numbers.
-- Takes    the measures ("activities", "persons" ...); the dimensions that are wanted of each; as renkei_api.counted_events; the range of
--          fiscal years; filters: {"partner": ["310000"], ...}.
-- Returns  rows of measure, what is counted (an event, a report, an outcome ...), its dimensions, and the number: null = unknown.
--
-- What is counted and how stands in renkei_api.measures, where values come from in renkei_api.dimension_sources.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.aggregate_facts(p_measures text[], p_dimensions text[], p_as_of timestamptz, p_include_submitted boolean,
	p_any_status boolean, p_first integer, p_last integer, p_where jsonb)
returns table (measure text, thing text, dimensions jsonb, value bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
begin
	return query execute 'select f.* from (' || renkei_api.fact_sql(p_measures, p_dimensions, array(select jsonb_object_keys(p_where))) || ') f (measure, thing, dimensions, value)
		where $6 = ''{}'' or not exists (select from jsonb_each($6) as w (name, wanted)
			where not exists (select from jsonb_array_elements(w.wanted) as v (value) where f.dimensions -> w.name @> v.value))'
	using p_as_of, p_include_submitted, p_any_status, p_first, p_last, p_where;
end $$;
