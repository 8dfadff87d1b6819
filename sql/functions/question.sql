-- renkei_api.question - what is asked for numbers, apart from when, in the one form that all who ask the same come to; measures and groups in the order in which
-- they are to be shown.
-- Takes    AggregateActivitiesRequest.
-- Returns  {"measures": ["trainees"], "group_by": ["quarter"], "where": {"partner": ["210000"]}, "first_fiscal_year": 0, "last_fiscal_year": 0,
--          "include_submitted": false}: names as the catalogue has them, values as the numbers know them, in their order; 0 = no such limit.
-- Errors   RK400 MEASURE_REQUIRED, DIMENSION_INVALID, FILTER_INVALID, YEARS_SWAPPED, ARGUMENT_INVALID.
create function renkei_api.question(p_request jsonb) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	measures constant text[] := array(select renkei.word(m.name, 'MEASURE_')
		from jsonb_array_elements_text(p_request -> 'measures') with ordinality as m (name, place) group by 1 order by min(m.place));
	grouped constant text[] := array(select renkei.word(d.name, 'DIMENSION_')
		from jsonb_array_elements_text(p_request -> 'group_by') with ordinality as d (name, place) group by 1 order by min(d.place));
	filters jsonb;
	odd record;
begin
	if cardinality(measures) = 0 or array_position(measures, null) is not null then
		perform renkei_api.refuse('RK400', 'MEASURE_REQUIRED', 'at least one measure is needed', '{}', 'measures');
	end if;
	select coalesce(jsonb_object_agg(f.name, f.wanted), '{}') into filters
	from (select v.name, jsonb_agg(distinct v.value order by v.value) as wanted
		from (select coalesce(renkei.word(w.record ->> 'dimension', 'DIMENSION_'), '') as name, renkei_api.filter_value(
				coalesce(renkei.word(w.record ->> 'dimension', 'DIMENSION_'), ''), v.value, format('where[%s].values[%s]', w.place - 1, v.place - 1)) as value
			from jsonb_array_elements(p_request -> 'where') with ordinality as w (record, place)
			-- A filter without a value is not one that lets all pass.
			cross join lateral jsonb_array_elements_text(coalesce(nullif(w.record -> 'values', '[]'), '[null]')) with ordinality as v (value, place)) v
		group by v.name) f;
	if filters ? '' or array_position(grouped, null) is not null then
		perform renkei_api.refuse('RK400', 'DIMENSION_INVALID', 'a dimension is not named', '{}',
			case when filters ? '' then 'where' else 'group_by' end);
	end if;
	select f.measure, f.dimension into odd from renkei_api.misfit(measures, array(select distinct d.name
		from unnest(grouped || array(select jsonb_object_keys(filters))) as d (name))) f;
	if odd.measure is not null then
		perform renkei_api.refuse('RK400', 'DIMENSION_INVALID', format('%s have no dimension %s', odd.measure, odd.dimension),
			jsonb_build_object('measure', odd.measure, 'dimension', odd.dimension), 'measures');
	end if;
	perform renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	return jsonb_build_object('measures', measures, 'group_by', grouped, 'where', filters,
		'first_fiscal_year', coalesce((p_request ->> 'first_fiscal_year')::integer, 0), 'last_fiscal_year', coalesce((p_request ->> 'last_fiscal_year')::integer, 0),
		'include_submitted', coalesce((p_request ->> 'include_submitted')::boolean, false));
end $$;
