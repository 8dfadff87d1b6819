-- renkei_api.evaluation_events - what took place, as the evaluation counts it: events of reports, and events that only facts of the programme tell of.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  one row an event held: who took part by all its records, its themes and its primary one, its records.  A fact that says which event of a
--          report it tells of, or which other fact, adds what it knows and counts no second time; one without a year is in no year.
-- Parties are gathered for all events at once: event by event, and record by record, it would take hours.
create function renkei_api.evaluation_events(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (event text, fiscal_year integer, kind text, occurrences integer, municipality_code text, version_id bigint, activity_id text,
	municipalities text[], partners text[], partner_number integer, themes text[], refs text[])
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
	with record as materialized (
		select e.*, v.receipt_number || '#' || e.activity_id as ref, e.municipality_code || '/' || e.activity_id as node
		from renkei_api.counted_events(p_as_of, p_newest, false) e
		join renkei.report_version v on v.municipality_code::text = e.municipality_code and v.version_id = e.version_id
		where e.fiscal_year between p_first and p_last
	), fact as materialized (
		select f.*, r.event as told from renkei.programme_fact f
		left join record r on r.node = f.same_as_municipality_code || '/' || f.same_as_activity_id
		where f.kind = 'event' and f.status = 'held' and f.scope = 'programme' and f.fiscal_year between p_first and p_last
	), municipality as materialized (
		select o.event, array_agg(distinct p.party_municipality_code::text order by p.party_municipality_code::text) as codes
		from record o join renkei.activity_municipality p on p.municipality_code::text = o.municipality_code and p.version_id = o.version_id
			and p.activity_id::text = o.activity_id group by o.event
	), partner as materialized (
		select o.event, array_agg(distinct p.partner_code::text order by p.partner_code::text) as codes
		from record o join renkei.activity_partner p on p.municipality_code::text = o.municipality_code and p.version_id = o.version_id
			and p.activity_id::text = o.activity_id group by o.event
	), theme as materialized (
		select r.event, array_agg(t.theme::text order by t.position) as themes
		from record r join renkei.activity_theme t on t.municipality_code::text = r.municipality_code and t.version_id = r.version_id
			and t.activity_id::text = r.activity_id where r.speaks group by r.event
	), told as materialized (
		select o.event, array_agg(o.ref order by o.speaker) as refs from record o group by o.event
	), stated as materialized (
		select f.told as event, max(f.partner_count) as partner_count, array_agg('fact:' || f.fact_id order by f.fact_id) as refs from fact f
		where f.told is not null group by f.told
	)
	select r.event, r.fiscal_year, r.kind, r.occurrences, r.municipality_code, r.version_id, r.activity_id, coalesce(m.codes, '{}'),
		coalesce(g.codes, '{}'), greatest(coalesce(cardinality(g.codes), 0), s.partner_count), coalesce(h.themes, '{}'), t.refs || coalesce(s.refs, '{}')
	from record r
	join told t on t.event = r.event
	left join municipality m on m.event = r.event
	left join partner g on g.event = r.event
	left join theme h on h.event = r.event
	left join stated s on s.event = r.event
	where r.speaks
	union all
	select 'fact:' || f.fact_id, f.fiscal_year, f.activity_kind, coalesce(f.occurrences, 1), null, null, null,
		array(select m.municipality_code::text from renkei.programme_fact_municipality m where m.fact_id = f.fact_id order by 1),
		g.partners, greatest(cardinality(g.partners), f.partner_count),
		array(select t.theme::text from renkei.programme_fact_theme t where t.fact_id = f.fact_id order by t.position), array['fact:' || f.fact_id]
	from fact f
	cross join lateral (select array(select p.partner_code::text from renkei.programme_fact_partner p where p.fact_id = f.fact_id order by 1) as partners) g
	where f.told is null and f.same_as_fact_id is null
$$;
