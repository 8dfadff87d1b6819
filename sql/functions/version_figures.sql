-- renkei_api.version_figures - what one version of a report says in numbers.
-- Takes    the version; whether only what is public counts.
-- Returns  one row a measure of renkei_api.measures: of this version alone, so a joint event is not shared out; null = it says nothing.
--          What the secretariat alone may see counts nowhere.
create function renkei_api.version_figures(p_municipality_code text, p_version_id bigint, p_public boolean) returns table (measure text, value bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with event as materialized (
		select a.* from renkei.activity a
		where a.municipality_code = p_municipality_code and a.version_id = p_version_id and a.status = 'held' and a.scope is distinct from 'related_only'
			and a.disclosure is distinct from 'secretariat' and (a.disclosure = 'public' or not p_public)
	), people as materialized (
		select sum(p.persons) as persons, sum(p.person_times) as person_times, sum(p.person_days) as person_days
		from event e join renkei.activity_participants p on p.municipality_code = e.municipality_code and p.version_id = e.version_id
			and p.activity_id = e.activity_id and p.basis is distinct from 'capacity'
	), line as materialized (
		select c.currency, case when c.upper_minor_units is null then c.minor_units end as minor_units
		from event e join renkei.activity_cost_line c on c.municipality_code = e.municipality_code and c.version_id = e.version_id and c.activity_id = e.activity_id
		union all
		select c.currency, case when c.upper_minor_units is null then c.minor_units end
		from renkei.report_cost_line c where c.municipality_code = p_municipality_code and c.version_id = p_version_id and not p_public
	), told as (
		select 'outcomes' as measure, x.disclosure from renkei.outcome x where x.municipality_code = p_municipality_code and x.version_id = p_version_id
		union all
		select 'needs', x.disclosure from renkei.need x where x.municipality_code = p_municipality_code and x.version_id = p_version_id
		union all
		select 'challenges', x.disclosure from renkei.challenge x where x.municipality_code = p_municipality_code and x.version_id = p_version_id
		union all
		select 'projects', x.disclosure from renkei.project x where x.municipality_code = p_municipality_code and x.version_id = p_version_id
		union all
		select 'policy_contributions', x.disclosure from renkei.policy_contribution x
		where x.municipality_code = p_municipality_code and x.version_id = p_version_id
	)
	select 'activities', coalesce(sum(coalesce(e.occurrences, 1)), 0)::bigint from event e
	union all select 'days', sum(e.days)::bigint from event e
	union all select f.measure, f.value::bigint from people p
		cross join lateral (values ('persons', p.persons), ('person_times', p.person_times), ('person_days', p.person_days)) as f (measure, value)
	union all select 'cost_jpy', sum(l.minor_units)::bigint from line l where l.currency = 'JPY'
	union all select 'cost_cny', sum(l.minor_units)::bigint from line l where l.currency = 'CNY'
	union all select m.name, count(t.measure) from unnest(array['outcomes', 'needs', 'challenges', 'projects', 'policy_contributions']) as m (name)
		left join told t on t.measure = m.name and t.disclosure is distinct from 'secretariat' and (t.disclosure = 'public' or not p_public)
		group by m.name
$$;
