-- renkei_api.aggregate_facts - what there is to be counted, as single numbers.
-- Takes    the measures ("activities", "persons" ...) and as renkei_api.counted_events.
-- Returns  rows of measure, what is counted (an event, a report, an outcome), its dimensions, and the number: null = unknown.
--
-- People come from one record an event: that with a number for this measure before others, then the one that speaks.  Seats
-- (basis capacity) are no people.  Persons, person-times and person-days are never taken for one another.
create function renkei_api.aggregate_facts(p_measures text[], p_as_of timestamptz, p_include_submitted boolean, p_any_status boolean)
returns table (measure text, event text, dimensions jsonb, value bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with record as materialized (
		select e.* from renkei_api.counted_events(p_as_of, p_include_submitted, p_any_status) e
	), described as materialized (
		select d.* from renkei_api.event_dimensions(p_as_of, p_include_submitted, p_any_status) d
	), line as materialized (
		select m.measure, r.event, r.municipality_code, r.version_id, r.activity_id, r.speaker, coalesce(p.side, '') as side,
			coalesce(p.category, '') as category, case m.measure when 'person_times' then p.person_times
				when 'person_days' then p.person_days else p.persons end as value
		from record r
		cross join (select m.measure from unnest(p_measures) as m (measure)
			where m.measure in ('persons', 'person_times', 'person_days', 'trainees')) m
		left join renkei.activity_participants p on p.municipality_code::text = r.municipality_code and p.version_id = r.version_id
			and p.activity_id::text = r.activity_id and p.basis is distinct from 'capacity'
			and (m.measure <> 'trainees' or p.side = 'cn')
		where m.measure <> 'trainees' or r.kind = 'training_in_japan'
	), chosen as (
		select distinct on (l.measure, l.event) l.measure, l.event, l.municipality_code, l.version_id, l.activity_id
		from line l order by l.measure, l.event, (l.value is null), l.speaker
	), crowd as materialized (
		select r.event, jsonb_agg(distinct coalesce(p.side, '')) as side, jsonb_agg(distinct coalesce(p.category, '')) as category
		from record r left join renkei.activity_participants p on p.municipality_code::text = r.municipality_code
			and p.version_id = r.version_id and p.activity_id::text = r.activity_id
		group by r.event
	)
	select 'activities', r.event, d.dimensions || jsonb_build_object('side', c.side, 'category', c.category), r.occurrences::bigint
	from record r join described d on d.event = r.event join crowd c on c.event = r.event
	where r.speaks and 'activities' = any (p_measures)
	union all
	select l.measure, l.event, d.dimensions || jsonb_build_object('side', jsonb_build_array(l.side),
		'category', jsonb_build_array(l.category)), l.value::bigint
	from line l
	join chosen c on c.measure = l.measure and c.event = l.event and c.municipality_code = l.municipality_code
		and c.version_id = l.version_id and c.activity_id = l.activity_id
	join described d on d.event = l.event
	union all
	select 'reports', k.municipality_code || ' ' || k.version_id, jsonb_build_object('municipality', jsonb_build_array(k.municipality_code),
		'fiscal_year', jsonb_build_array(k.fiscal_year::text), 'quarter', jsonb_build_array('q' || k.quarter)), 1
	from renkei_api.counted_versions(p_as_of, p_include_submitted, 2000, 2199) k
	where 'reports' = any (p_measures) and k.variant = 'regular'
	union all
	(select distinct on (o.municipality_code, o.outcome_id) 'outcomes', o.municipality_code || ' ' || o.outcome_id,
		jsonb_build_object('municipality', jsonb_build_array(k.municipality_code),
			'fiscal_year', jsonb_build_array(k.fiscal_year::text), 'quarter', jsonb_build_array('q' || k.quarter)), 1
	from renkei_api.counted_versions(p_as_of, p_include_submitted, 2000, 2199) k
	join renkei.outcome o on o.municipality_code::text = k.municipality_code and o.version_id = k.version_id
	where 'outcomes' = any (p_measures)
	order by o.municipality_code, o.outcome_id, k.fiscal_year desc, k.quarter desc)
$$;
