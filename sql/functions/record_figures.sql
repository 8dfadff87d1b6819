-- renkei_api.record_figures - what one record says of its event in numbers.
-- Returns  one row a figure of renkei.event_figure: the sum over its lines, seats never; null = it says nothing.
create function renkei_api.record_figures(p_municipality_code text, p_version_id bigint, p_activity_id text) returns table (figure text, value bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select 'activities', coalesce(a.occurrences, 1)::bigint from renkei.activity a
	where a.municipality_code = p_municipality_code and a.version_id = p_version_id and a.activity_id = p_activity_id
	union all
	select f.figure, f.value from (
		select sum(p.persons) as persons, sum(p.person_times) as person_times, sum(p.person_days) as person_days
		from renkei.activity_participants p where p.municipality_code = p_municipality_code and p.version_id = p_version_id
			and p.activity_id = p_activity_id and p.basis is distinct from 'capacity') s
	cross join lateral (values ('persons', s.persons), ('person_times', s.person_times), ('person_days', s.person_days)) as f (figure, value)
$$;
