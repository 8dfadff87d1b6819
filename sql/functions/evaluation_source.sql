-- renkei_api.evaluation_source - what the indicators are counted from, gathered once: events held, their people, the versions that count.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  events and versions up to the last of these years, because what was reached earlier is not lost; people of these years.
create function renkei_api.evaluation_source(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer) returns renkei.evaluation_source
language sql stable set search_path = pg_catalog, pg_temp as $$
	select row(array(select row(e.*)::renkei.evaluation_event from renkei_api.evaluation_events(p_as_of, p_newest, 2000, p_last) e),
		array(select row(f.measure, f.thing, row_number() over (partition by f.measure, f.thing), f.dimensions -> 'side' ->> 0,
				f.dimensions -> 'category' ->> 0, f.value)::renkei.evaluation_people
			from renkei_api.aggregate_facts(array['persons', 'person_times', 'person_days', 'trainees'],
				array['side', 'category'], p_as_of, p_newest, false, p_first, p_last, '{}') f),
		array(select row(r.*)::renkei.evaluation_record from renkei_api.evaluation_records(p_as_of, p_newest, 2000, p_last) r))::renkei.evaluation_source
$$;
