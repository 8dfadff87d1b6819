-- renkei_api.aggregate_activities - totals by any dimension, each with the coverage behind it.
-- Takes    AggregateActivitiesRequest.
-- Returns  AggregateActivitiesResponse; the total is over all that matched, an event once, and so not the sum of the rows where an event stands
--          in several: rows_sum is that.  Nothing counted is 0 only where reports stand behind it; else there is no value.  By municipality,
--          prefecture, year and quarter alone there is a row for all of which reports are expected, whether anything was counted or not.
-- Errors   RK400 MEASURE_REQUIRED, DIMENSION_INVALID, FILTER_INVALID, YEARS_SWAPPED, AS_OF_FUTURE, ARGUMENT_INVALID; RK403.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.aggregate_activities(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
declare
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	moment constant timestamptz := coalesce(as_of, clock_timestamp());
	caller constant text := nullif(current_setting('renkei.role', true), '');
	newest constant boolean := coalesce((p_request ->> 'include_submitted')::boolean, false) and caller is distinct from 'analyst';
	listing constant boolean := coalesce((p_request ->> 'list_records')::boolean, false);
	question jsonb;
	measures text[];
	grouped text[];
	-- Coverage knows these alone; a row by others has that of all reports that could have told of it.
	reporting constant text[] := array['municipality', 'prefecture', 'fiscal_year', 'quarter'];
	filters jsonb;
	wanted text[];
	years record;
	any_status boolean;
	several boolean;
	expand text;
	keys text;
	sums text;
	answer jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	question := renkei_api.question(p_request || jsonb_build_object('include_submitted', newest));
	measures := array(select jsonb_array_elements_text(question -> 'measures'));
	grouped := array(select jsonb_array_elements_text(question -> 'group_by'));
	filters := question -> 'where';
	wanted := array(select distinct d.name from unnest(grouped || array(select jsonb_object_keys(filters))) as d (name));
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	-- Years that a filter names away need not be looked at.
	if filters ? 'fiscal_year' then
		select greatest(years.first, min(y.year)) as first, least(years.last, max(y.year)) as last into years
		from (select v::integer as year from jsonb_array_elements_text(filters -> 'fiscal_year') v) y;
	end if;
	any_status := 'status' = any (wanted);
	several := coalesce((select bool_or(d.several) from renkei_api.dimensions() d where d.name = any (grouped)), false);
	select coalesce(string_agg(format('cross join lateral jsonb_array_elements_text(f.dimensions -> %L) as g%s (key)', g.name, g.place), ' ' order by g.place), ''),
		format('array[%s]::text[]', string_agg(format('g%s.key', g.place), ', ' order by g.place))
	into expand, keys from unnest(grouped) with ordinality as g (name, place);
	-- Where each thing is one number with all its dimensions, numbers of the same dimensions are added before these are told apart.
	sums := case when listing or exists (select from renkei_api.dimension_sources() s where s.dimension = any (wanted) and s.population in ('people', 'cost'))
		or exists (select from renkei_api.measures() m where m.name = any (measures) and m.population = 'cost') then $q$
		keyed as materialized (
			select false as total, f.measure, f.thing, k.keys, f.value
			from fact f %1$s cross join lateral (select %2$s) as k (keys)
			where %4$s
			union all
			select true, f.measure, f.thing, '{}', f.value from fact f
		), thing as materialized (
			select k.total, k.keys, k.measure, k.thing, sum(k.value) as value
			from keyed k group by k.total, k.keys, k.measure, k.thing
		), summed as materialized (
			select e.total, e.keys, e.measure, sum(e.value) as value, count(e.value) as counted, count(*) - count(e.value) as unknown
			from thing e group by e.total, e.keys, e.measure
		)$q$ else $q$
		alike as materialized (
			select f.measure, f.dimensions, sum(f.value) as value, count(f.value) as counted, count(*) - count(f.value) as unknown
			from fact f group by f.measure, f.dimensions
		), keyed as (
			select false as total, f.measure, k.keys, f.value, f.counted, f.unknown
			from alike f %1$s cross join lateral (select %2$s) as k (keys)
			where %4$s
			union all
			select true, f.measure, '{}', f.value, f.counted, f.unknown from alike f
		), thing as (
			select null::boolean as total, null::text[] as keys, null::text as measure, null::text as thing, null::numeric as value where false
		), summed as materialized (
			select k.total, k.keys, k.measure, sum(k.value) as value, sum(k.counted) as counted, sum(k.unknown) as unknown
			from keyed k group by k.total, k.keys, k.measure
		)$q$ end;
	sums := format(sums, expand, case when cardinality(grouped) > 0 then keys else 'array[]::text[]' end, null,
		-- A key that a filter names away is no row: municipality 401005 wanted, its partner in the same event is not.
		'cardinality($9) > 0 and not exists (select from unnest($9, k.keys) as g (name, value) where $8 ? g.name and not $8 -> g.name ? g.value)');
	execute format($q$
		with fact as (
			select f.* from renkei_api.aggregate_facts($1, $2, $3, $4, $5, $6, $7, $8) f
		), %3$s, valued as materialized (
			select s.total, s.keys, jsonb_object_agg(s.measure, jsonb_build_array(s.value, s.counted, s.unknown)) as by_measure
			from summed s group by s.total, s.keys
		), seen as materialized (
			select c.keys as covered, c.coverage from renkei_api.coverage_by($3 is not null, $11, $6, $7, $8, '{}') c
			union all
			select c.keys, c.coverage from renkei_api.coverage_by($3 is not null, $11, $6, $7, $8, array(select v.name
				from unnest($9) with ordinality as v (name, place) where v.name = any ($10) order by v.place)) c
			where $9 && $10
		), key as materialized (
			select k.total, k.keys, array(select v.value from unnest($9, k.keys) with ordinality as v (name, value, place)
				where not k.total and v.name = any ($10) order by v.place) as covered
			from (
				select s.total, s.keys from summed s where not s.total
				union
				-- Where nothing was counted, reports may stand behind it or not: the row says so, whatever else is filtered by.
				select false, c.covered from seen c where $9 <@ $10 and cardinality(c.covered) > 0
				union all
				select true, '{}'::text[]
			) k
		), listed as materialized (
			select e.total, e.keys, e.thing, jsonb_agg(jsonb_build_object('measure', 'MEASURE_' || upper(e.measure), 'value', e.value,
				'events_counted', (e.value is not null)::integer, 'events_unknown', (e.value is null)::integer)
				order by array_position($1, e.measure)) as parts
			from thing e where $12 group by e.total, e.keys, e.thing
		), known as materialized (
			select r.thing, r.reference from renkei_api.counted_records($14, (select array_agg(distinct i.thing) from listed i), $3, $4, $5, $6, $7) r where $12
		), record as materialized (
			select l.total, l.keys, jsonb_agg(r.reference || jsonb_build_object('values', l.parts) order by l.thing) as records
			from listed l join known r on r.thing = l.thing group by l.total, l.keys
		), answered as materialized (
			select k.total, k.keys, jsonb_strip_nulls(jsonb_build_object(
				'basis', case when k.total then 'ROW_BASIS_PLATFORM' when 'event' = any ($9) then 'ROW_BASIS_EVENT'
					when $13 then 'ROW_BASIS_PARTICIPATION' else 'ROW_BASIS_PART' end,
				'keys', nullif(to_jsonb(k.keys), '[]'),
				'labels_ja', (select jsonb_agg(renkei_api.label_ja(g.name, g.value) order by g.place)
					from unnest($9, k.keys) with ordinality as g (name, value, place) where not k.total),
				'values', (select jsonb_agg(jsonb_build_object('measure', 'MEASURE_' || upper(m.name), 'value', case when s.by_measure ? m.name
						then s.by_measure #> array[m.name, '0'] when (v.coverage ->> case when $4 then 'reported' else 'accepted' end)::integer
							+ case when $4 then (v.coverage ->> 'nil')::integer else 0 end > 0 then '0' end,
						'events_counted', coalesce(s.by_measure #> array[m.name, '1'], '0'), 'events_unknown', coalesce(s.by_measure #> array[m.name, '2'], '0')) order by m.place)
					from unnest($1) with ordinality as m (name, place)),
				'coverage', v.coverage, 'records', r.records)) as answer
			from key k
			left join seen n on n.covered = k.covered
			cross join lateral (select coalesce(n.coverage, renkei_api.coverage_json(0, 0, 0, 0, 0, 0, 0))) as v (coverage)
			left join valued s on s.total = k.total and s.keys = k.keys
			left join record r on r.total = k.total and r.keys = k.keys
		)
		select jsonb_strip_nulls(jsonb_build_object(
			'rows', coalesce((select jsonb_agg(a.answer order by a.keys) from answered a where not a.total and cardinality($9) > 0), '[]'),
			'rows_sum', case when $13 then (select jsonb_build_object('basis', 'ROW_BASIS_PARTICIPATION', 'values', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
					'measure', 'MEASURE_' || upper(m.name), 'value', t.value, 'events_counted', coalesce(t.counted, 0), 'events_unknown', coalesce(t.unknown, 0)))
					order by m.place)) from unnest($1) with ordinality as m (name, place)
				left join (select s.measure, sum(s.value) as value, sum(s.counted) as counted, sum(s.unknown) as unknown from summed s
					where not s.total group by s.measure) t on t.measure = m.name) end,
			'total', (select a.answer from answered a where a.total),
			'as_of', renkei.time_json($11),
			'definition', renkei_api.counted_definition($4, $5),
			'explanations', renkei_api.explanations($1, $2), 'query_digest', $15))
	$q$, null, null, sums)
	into answer using measures, wanted, as_of, newest, any_status, years.first, years.last, filters, grouped, reporting, moment, listing, several,
		array(select distinct m.population from renkei_api.measures() m where m.name = any (measures)), encode(renkei_api.question_digest(question), 'hex');
	return answer;
end $$;
grant execute on function renkei_api.aggregate_activities to renkei_daemon;
