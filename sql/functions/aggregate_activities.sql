-- renkei_api.aggregate_activities - totals by any dimension, each with the coverage behind it.
-- Takes    AggregateActivitiesRequest.
-- Returns  AggregateActivitiesResponse; the total is over all that matched, an event once, and so not the sum of the rows.
--          Nothing counted is 0 only where reports stand behind it; else there is no value.
-- Errors   RK400 MEASURE_REQUIRED, DIMENSION_INVALID, FILTER_INVALID, YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
create function renkei_api.aggregate_activities(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	as_of constant timestamptz := (p_request ->> 'as_of')::timestamptz;
	caller constant text := nullif(current_setting('renkei.role', true), '');
	newest constant boolean := coalesce((p_request ->> 'include_submitted')::boolean, false) and caller is distinct from 'analyst';
	measures constant text[] := array(select renkei.word(m.name, 'MEASURE_')
		from jsonb_array_elements_text(p_request -> 'measures') with ordinality as m (name, place) group by 1 order by min(m.place));
	grouped constant text[] := array(select renkei.word(d.name, 'DIMENSION_')
		from jsonb_array_elements_text(p_request -> 'group_by') with ordinality as d (name, place) group by 1 order by min(d.place));
	filters jsonb;
	years record;
	odd text;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	if cardinality(measures) = 0 or array_position(measures, null) is not null then
		perform renkei_api.refuse('RK400', 'MEASURE_REQUIRED', 'at least one measure is needed', '{}', 'measures');
	end if;
	select coalesce(jsonb_object_agg(f.name, f.wanted), '{}') into filters
	from (select coalesce(renkei.word(w.record ->> 'dimension', 'DIMENSION_'), '') as name, jsonb_agg(renkei_api.filter_value(
			coalesce(renkei.word(w.record ->> 'dimension', 'DIMENSION_'), ''), v.value, format('where[%s].values[%s]', w.place - 1, v.place - 1))) as wanted
		from jsonb_array_elements(p_request -> 'where') with ordinality as w (record, place)
		-- A filter without a value is not one that lets all pass.
		cross join lateral jsonb_array_elements_text(coalesce(nullif(w.record -> 'values', '[]'), '[null]')) with ordinality as v (value, place)
		group by 1) f;
	if filters ? '' or array_position(grouped, null) is not null then
		perform renkei_api.refuse('RK400', 'DIMENSION_INVALID', 'a dimension is not named', '{}',
			case when filters ? '' then 'where' else 'group_by' end);
	end if;
	select d.name into odd from unnest(grouped || array(select jsonb_object_keys(filters))) as d (name)
	where measures && array['reports', 'outcomes'] and d.name not in ('municipality', 'fiscal_year', 'quarter') limit 1;
	if odd is not null then
		perform renkei_api.refuse('RK400', 'DIMENSION_INVALID', format('reports and outcomes have no dimension %s', odd),
			jsonb_build_object('dimension', odd), 'measures');
	end if;
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	return (
		with fact as materialized (
			select f.* from renkei_api.aggregate_facts(measures, as_of, newest, 'status' = any (grouped) or filters ? 'status') f
			where (f.dimensions -> 'fiscal_year' ->> 0)::integer between years.first and years.last
				and not exists (select from jsonb_each(filters) as w (name, wanted)
					where not exists (select from jsonb_array_elements(w.wanted) as v (value) where f.dimensions -> w.name @> v.value))
		), keyed as materialized (
			select false as total, f.measure, f.event, k.keys, f.value
			from fact f cross join lateral renkei_api.key_products(f.dimensions, grouped) as k (keys)
			-- A key that a filter names away is no row: municipality 401005 wanted, its partner in the same event is not.
			where not exists (select from unnest(grouped, k.keys) as g (name, value)
				where filters ? g.name and not filters -> g.name ? g.value)
			union all
			select true, f.measure, f.event, '{}', f.value from fact f
		), event as materialized (
			select k.total, k.keys, k.measure, k.event, case k.measure when 'activities' then max(k.value) else sum(k.value) end as value
			from keyed k group by k.total, k.keys, k.measure, k.event
		), summed as (
			select e.total, e.keys, e.measure, sum(e.value) as value, count(e.value) as counted, count(*) - count(e.value) as unknown
			from event e group by e.total, e.keys, e.measure
		), key as (
			select distinct s.total, s.keys from summed s where not s.total union all select true, '{}'::text[]
		), cell as materialized (
			select c.* from renkei_api.status_cells(as_of, years.first, years.last) c where c.variant = 'regular'
		), record as materialized (
			select distinct on (r.event) r.event, jsonb_strip_nulls(jsonb_build_object('municipality_code', a.municipality_code,
				'activity_id', a.activity_id, 'receipt_number', v.receipt_number, 'title', a.title,
				'kind', 'ACTIVITY_KIND_' || upper(a.kind), 'actual_start', renkei.partial_date_json(a.actual_start),
				'report_state', 'REPORT_STATE_' || upper(r.report_state))) as reference
			from renkei_api.counted_events(as_of, newest, 'status' = any (grouped) or filters ? 'status') r
			join renkei.activity a on a.municipality_code::text = r.municipality_code and a.version_id = r.version_id
				and a.activity_id::text = r.activity_id
			join renkei.report_version v on v.municipality_code = a.municipality_code and v.version_id = a.version_id
			where coalesce((p_request ->> 'list_records')::boolean, false) and r.speaks
				and (caller in ('municipality', 'approver', 'secretariat') or a.disclosure is distinct from 'secretariat')
		), listed as materialized (
			select e.total, e.keys, e.event, jsonb_agg(jsonb_build_object('measure', 'MEASURE_' || upper(e.measure), 'value', e.value,
				'events_counted', (e.value is not null)::integer, 'events_unknown', (e.value is null)::integer)
				order by array_position(measures, e.measure)) as parts
			from event e where coalesce((p_request ->> 'list_records')::boolean, false) group by e.total, e.keys, e.event
		), answered as (
			select k.total, k.keys, jsonb_strip_nulls(jsonb_build_object(
				'keys', nullif(to_jsonb(k.keys), '[]'),
				'labels_ja', (select jsonb_agg(renkei_api.label_ja(g.name, g.value) order by g.place)
					from unnest(grouped, k.keys) with ordinality as g (name, value, place) where not k.total),
				'values', (select jsonb_agg(jsonb_build_object('measure', 'MEASURE_' || upper(m.name), 'value', case when s.measure is not null
						then s.value when (v.coverage ->> case when newest then 'reported' else 'accepted' end)::integer
							+ case when newest then (v.coverage ->> 'nil')::integer else 0 end > 0 then 0 end, 'events_counted', coalesce(s.counted, 0), 'events_unknown', coalesce(s.unknown, 0)) order by m.place)
					from unnest(measures) with ordinality as m (name, place)
					left join summed s on s.total = k.total and s.keys = k.keys and s.measure = m.name),
				'coverage', v.coverage,
				'records', (select jsonb_agg(r.reference || jsonb_build_object('values', l.parts) order by r.event)
					from listed l join record r on r.event = l.event where l.total = k.total and l.keys = k.keys))) as answer
			from key k
			cross join lateral (
				select renkei_api.coverage_json(count(*) filter (where c.reported and not c.nil), count(*) filter (where c.nil),
					count(*) filter (where c.expected and not c.reported and c.due_at < coalesce(as_of, clock_timestamp())),
					count(*) filter (where c.expected and not c.reported and (c.due_at < coalesce(as_of, clock_timestamp())) is not true),
					count(*) filter (where c.reported and c.timeliness = 'late'), count(*) filter (where c.returned),
					count(*) filter (where c.accepted))
				from cell c
				where not exists (select from unnest(case when k.total then '{}' else grouped end, k.keys) as g (name, value)
						where case g.name when 'municipality' then c.municipality_code <> g.value
							when 'fiscal_year' then c.fiscal_year::text <> g.value when 'quarter' then 'q' || c.quarter <> g.value end)
					and coalesce(filters -> 'municipality' ? c.municipality_code, true)
					and coalesce(filters -> 'fiscal_year' ? c.fiscal_year::text, true)
					and coalesce(filters -> 'quarter' ? ('q' || c.quarter), true)) as v (coverage)
		)
		select jsonb_build_object(
			'rows', coalesce((select jsonb_agg(a.answer order by a.keys) from answered a where not a.total and cardinality(grouped) > 0), '[]'),
			'total', (select a.answer from answered a where a.total),
			'as_of', renkei.time_json(coalesce(as_of, clock_timestamp())),
			'definition', renkei_api.counted_definition(newest, 'status' = any (grouped) or filters ? 'status')));
end $$;
grant execute on function renkei_api.aggregate_activities to renkei_daemon;
