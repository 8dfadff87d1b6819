-- renkei_api.joint_events - events that several records tell of, what each says in numbers, and which of them counts.
-- Takes    the moment, whether versions not yet accepted count too, the range of fiscal years; an event, null = all; whose records may belong to it, null =
--          everybody's.
-- Returns  the event, whether its records disagree, and proto3 JSON of renkei.v1.JointEvent.  An event named is given with one record too.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.joint_events(p_as_of timestamptz, p_include_submitted boolean, p_first integer, p_last integer, p_event text default null,
	p_municipality_codes text[] default null)
returns table (event text, disagrees boolean, answer jsonb)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
	with record as materialized (
		select r.*, r.municipality_code || '/' || r.activity_id as node from renkei_api.counted_events(p_as_of, p_include_submitted, true, p_first, p_last, p_municipality_codes) r
		where r.records > 1 or r.event = p_event
	), wanted as materialized (
		select r.event from record r where r.speaks and r.fiscal_year between p_first and p_last and (p_event is null or r.event = p_event)
	), choice as materialized (
		select * from renkei_api.figure_choices(p_as_of)
	), told as materialized (
		select r.event, r.node, r.speaker, f.figure, f.value, h.chosen_at,
			row_number() over (partition by r.event, f.figure order by f.value is null, h.chosen_at desc nulls last, r.speaker) as rank
		from wanted w join record r on r.event = w.event
		cross join lateral renkei_api.record_figures(r.municipality_code, r.version_id, r.activity_id) f
		left join choice h on h.municipality_code = r.municipality_code and h.activity_id = r.activity_id and h.figure = f.figure
	), figure as (
		select t.event, t.figure, count(distinct t.value) > 1 as disagrees, jsonb_strip_nulls(jsonb_build_object(
			'figure', 'MEASURE_' || upper(t.figure), 'disagrees', count(distinct t.value) > 1,
			'figures', jsonb_agg(jsonb_strip_nulls(jsonb_build_object('record', jsonb_build_object('municipality_code', split_part(t.node, '/', 1),
				'activity_id', split_part(t.node, '/', 2)), 'value', t.value, 'counts', t.rank = 1 and t.value is not null, 'chosen', t.chosen_at is not null)) order by t.speaker),
			'choices', (select jsonb_agg(jsonb_build_object('record', jsonb_build_object('municipality_code', c.municipality_code, 'activity_id', c.activity_id),
					'chosen', c.chosen, 'reason', c.reason, 'decided_at', renkei.time_json(c.decided_at), 'decided_by', c.principal_uri) order by c.decided_at desc, c.entry desc)
				from record r join renkei.figure_choice c on c.municipality_code = r.municipality_code and c.activity_id = r.activity_id
				where r.event = t.event and c.figure = t.figure and (p_as_of is null or c.decided_at <= p_as_of)))) as answer
		from told t group by t.event, t.figure having count(t.value) > 0
	)
	select w.event, coalesce((select bool_or(f.disagrees) from figure f where f.event = w.event), false), jsonb_strip_nulls(jsonb_build_object(
		'event', w.event,
		'records', (select jsonb_agg(renkei_api.activity_reference(r.municipality_code, r.version_id, r.activity_id, r.report_state) order by r.speaker)
			from record r where r.event = w.event),
		'figures', (select jsonb_agg(f.answer order by array_position(array['activities', 'persons', 'person_times', 'person_days'], f.figure))
			from figure f where f.event = w.event)))
	from wanted w
$$;
