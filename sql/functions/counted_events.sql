-- renkei_api.counted_events - the records of events that may be counted, joined to events.
-- Takes    the moment, null = now; whether versions not yet accepted count too; whether events of any status are wanted, not only
--          those held; fiscal years: an event without a record in them may be left out; municipalities, null = all: of others no record is
--          looked at, so an event is whole where they are all that have a part in it (renkei_api.event_municipalities).
-- Returns  one row a record, never one that is only related: its event; whether it speaks for the event (the host's before others,
--          then by code); how many records the event has; fiscal year and quarter of the record: of its start where the month is known, else of
--          the report.
--
-- What was held and is cancelled or only related by a later word counts no more.  Two records of one status are
-- one event when one of them says so (same_as) or the secretariat does, unless the secretariat keeps them apart; what is so joined may be
-- longer than two.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.counted_events(p_as_of timestamptz, p_include_submitted boolean, p_any_status boolean, p_first integer default 2000, p_last integer default 2199,
	p_municipality_codes text[] default null)
returns table (event text, speaks boolean, speaker integer, records integer, municipality_code text, version_id bigint, activity_id text,
	fiscal_year integer, quarter integer, kind text, status text, scope text, occurrences integer, report_state text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with said as materialized (
		select s.node, s.other, s.decision from renkei_api.event_links(p_as_of) s
	), last as (
		select c.municipality_code::text as municipality_code, c.activity_id::text as activity_id, c.version_id, c.fiscal_year::integer as fiscal_year,
			c.quarter::integer as quarter, c.kind::text as kind, c.status::text as status, c.scope::text as scope, c.occurrences,
			c.same_as_municipality_code || '/' || c.same_as_activity_id as other, 'accepted' as report_state
		from renkei.counted_activity c
		where p_as_of is null and p_include_submitted is not true and (p_municipality_codes is null or c.municipality_code::text = any (p_municipality_codes))
			-- Of other years only what may belong to an event of these.
			and (c.fiscal_year between p_first and p_last or c.same_as_activity_id is not null
				or c.municipality_code || '/' || c.activity_id in (select o.same_as_municipality_code || '/' || o.same_as_activity_id
					from renkei.counted_activity o where o.same_as_activity_id is not null
					union all select unnest(array[s.node, s.other]) from said s where s.decision = 'linked'))
		union all
		select t.municipality_code, t.activity_id, t.version_id, t.fiscal_year, t.quarter, t.kind, t.status, t.scope, t.occurrences, t.other, t.report_state
		from renkei_api.told_activities(p_as_of, p_include_submitted, p_municipality_codes) t where p_as_of is not null or p_include_submitted
	), record as materialized (
		select l.*, l.municipality_code || '/' || l.activity_id as node
		from last l where l.scope is distinct from 'related_only' and (p_any_status or l.status = 'held')
	), edge as (
		select r.node, r.other from record r where r.other is not null
			and not exists (select from said s where s.decision = 'apart' and s.node = least(r.node collate "C", r.other collate "C")
				and s.other = greatest(r.node collate "C", r.other collate "C"))
		union
		select s.node, s.other from said s where s.decision = 'linked'
	), joined as materialized (
		select r.node, o.node as other from edge e join record r on r.node = e.node join record o on o.node = e.other
		where o.status is not distinct from r.status
	), numbered as materialized (
		select n.node, row_number() over (order by n.node)::integer as number from (select j.node from joined j union select j.other from joined j) n
	), least_number as (
		select l.number, l.least from unnest((select renkei_api.joined_numbers(array_agg(a.number), array_agg(b.number))
			from joined j join numbered a on a.node = j.node join numbered b on b.node = j.other)) with ordinality as l (least, number)
	), together as materialized (
		select n.node, e.node as event from least_number l join numbered n on n.number = l.number join numbered e on e.number = l.least
	), shared as (
		select r.*, least(r.node, t.event) as event, exists (select from renkei.activity_municipality p where p.municipality_code = r.municipality_code
			and p.version_id = r.version_id and p.activity_id = r.activity_id and p.party_municipality_code = r.municipality_code and p.role = 'host') as host
		from together t join record r on r.node = t.node
	), ranked as (
		select s.*, row_number() over (partition by s.event order by s.host desc, s.municipality_code, s.activity_id) as speaker,
			count(*) over (partition by s.event) as records
		from shared s
	)
	select k.event, k.speaker = 1, k.speaker::integer, k.records::integer, k.municipality_code, k.version_id, k.activity_id, k.fiscal_year,
		k.quarter, k.kind, k.status, k.scope, coalesce(k.occurrences, 1)::integer, k.report_state
	from ranked k
	union all
	select r.node, true, 1, 1, r.municipality_code, r.version_id, r.activity_id, r.fiscal_year, r.quarter, r.kind, r.status, r.scope,
		coalesce(r.occurrences, 1)::integer, r.report_state
	from record r where not exists (select from together t where t.node = r.node)
$$;
