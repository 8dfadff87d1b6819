-- renkei_api.evaluation_events - what took place, as the evaluation counts it: events of reports, and events that only facts of the programme tell of.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  one row an event held: who took part by all its records, its themes and its primary one, its records.  A fact that says which event of a
--          report it tells of, or which other fact, adds what it knows and counts no second time; one without a year is in no year.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.evaluation_events(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (event text, fiscal_year integer, kind text, occurrences integer, municipality_code text, version_id bigint, activity_id text,
	municipalities text[], partners text[], partner_number integer, themes text[], refs text[])
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with record as materialized (
		select e.*, v.receipt_number || '#' || e.activity_id as ref, e.municipality_code || '/' || e.activity_id as node
		from renkei_api.counted_events(p_as_of, p_newest, false, p_first, p_last) e
		join renkei.report_version v on v.municipality_code::text = e.municipality_code and v.version_id = e.version_id
		where e.fiscal_year between p_first and p_last
	), fact as materialized (
		select f.*, r.event as told from renkei.programme_fact f
		left join record r on r.node = f.same_as_municipality_code || '/' || f.same_as_activity_id
		where f.kind = 'event' and f.status = 'held' and f.scope = 'programme' and f.fiscal_year between p_first and p_last
	), party as materialized (
		select r.event, array_agg(distinct p.party_municipality_code::text order by p.party_municipality_code::text) as codes
		from record r join renkei.activity_municipality p on p.municipality_code::text = r.municipality_code and p.version_id = r.version_id
			and p.activity_id::text = r.activity_id
		group by r.event
	), side as materialized (
		select r.event, array_agg(distinct p.partner_code::text order by p.partner_code::text) as codes
		from record r join renkei.activity_partner p on p.municipality_code::text = r.municipality_code and p.version_id = r.version_id
			and p.activity_id::text = r.activity_id
		group by r.event
	), about as materialized (
		select r.event, array_agg(t.theme::text order by t.position) as themes
		from record r join renkei.activity_theme t on t.municipality_code::text = r.municipality_code and t.version_id = r.version_id
			and t.activity_id::text = r.activity_id
		where r.speaks group by r.event
	), source as materialized (
		select r.event, array_agg(r.ref order by r.speaker) as refs from record r group by r.event
	), known as materialized (
		select f.told as event, max(f.partner_count) as partner_count, array_agg('fact:' || f.fact_id order by f.fact_id) as refs
		from fact f where f.told is not null group by f.told
	)
	select r.event, r.fiscal_year, r.kind, r.occurrences, r.municipality_code, r.version_id, r.activity_id, coalesce(y.codes, '{}'), coalesce(g.codes, '{}'),
		greatest(cardinality(coalesce(g.codes, '{}')), k.partner_count), coalesce(b.themes, '{}'), s.refs || coalesce(k.refs, '{}')
	from record r
	join source s on s.event = r.event
	left join party y on y.event = r.event
	left join side g on g.event = r.event
	left join about b on b.event = r.event
	left join known k on k.event = r.event
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
