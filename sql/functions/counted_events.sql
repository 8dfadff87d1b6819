-- renkei_api.counted_events - the records of events that may be counted, joined to events.
-- Takes    the moment, null = now; whether versions not yet accepted count too; whether events of any status are wanted, not only
--          those held.
-- Returns  one row a record, never one that is only related: its event; whether it speaks for the event (the host's before others,
--          then by code); how many records the event has; fiscal year and quarter of the record: of its start where the month is known, else of
--          the report.
--
-- An activity id that stands in several reports of a municipality is one record, as worded last: what was held and is cancelled or only
-- related by a later word counts no more.  "Continued" is no later word on an event that was held.  Two records of one status are
-- one event when one of them says so (same_as) or the secretariat does, unless the secretariat keeps them apart; what is so joined may be
-- longer than two.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.counted_events(p_as_of timestamptz, p_include_submitted boolean, p_any_status boolean)
returns table (event text, speaks boolean, speaker integer, records integer, municipality_code text, version_id bigint, activity_id text,
	fiscal_year integer, quarter integer, kind text, status text, scope text, occurrences integer, report_state text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
	with recursive told as materialized (
		select a.municipality_code || '/' || a.activity_id as node, a.municipality_code, a.version_id, a.activity_id, a.kind, a.status,
			a.scope, a.occurrences, a.same_as_municipality_code || '/' || a.same_as_activity_id as other, k.state as report_state,
			case when (a.actual_start).month > 0 then renkei.fiscal_year_of(renkei.first_day(a.actual_start))
				when (a.actual_start).precision = 'fiscal_year' then (a.actual_start).year else k.fiscal_year end::integer as fiscal_year,
			case when (a.actual_start).month > 0 then ((a.actual_start).month + 8) % 12 / 3 + 1 else k.quarter end::integer as quarter,
			row_number() over (partition by a.municipality_code, a.activity_id order by k.fiscal_year, k.quarter, k.variant = 'regular') as turn,
			a.status = 'continued' and bool_or(a.status = 'held') over (partition by a.municipality_code, a.activity_id) as passed_over
		from renkei_api.counted_versions(p_as_of, p_include_submitted, 2000, 2199) k
		join renkei.activity a on a.municipality_code::text = k.municipality_code and a.version_id = k.version_id
	), last as (
		select distinct on (t.node) t.* from told t where t.passed_over is not true order by t.node, t.turn desc
	), record as materialized (
		select l.* from last l where l.scope is distinct from 'related_only' and (p_any_status or l.status = 'held')
	), said as materialized (
		select s.node, s.other, s.decision from renkei_api.event_links(p_as_of) s
	), edge as (
		select r.node, r.other from record r where r.other is not null
			and not exists (select from said s where s.decision = 'apart' and s.node = least(r.node collate "C", r.other collate "C")
				and s.other = greatest(r.node collate "C", r.other collate "C"))
		union
		select s.node, s.other from said s where s.decision = 'linked'
	), joined as (
		select r.node, o.node as other from edge e join record r on r.node = e.node join record o on o.node = e.other
		where o.status is not distinct from r.status
	), link as materialized (
		select j.node, j.other from joined j union select j.other, j.node from joined j
	), reach (node, other) as (
		select l.node, l.other from link l
		union
		select r.node, l.other from reach r join link l on l.node = r.other
	), together as materialized (
		select r.node, min(r.other) as event from reach r group by r.node
	), named as (
		select r.*, coalesce(least(r.node, t.event), r.node) as event,
			-- Who hosts matters only where several tell.
			t.node is not null and exists (select from renkei.activity_municipality p where p.municipality_code = r.municipality_code
				and p.version_id = r.version_id and p.activity_id = r.activity_id and p.party_municipality_code = r.municipality_code
				and p.role = 'host') as host
		from record r left join together t on t.node = r.node
	), ranked as (
		select n.*, row_number() over (partition by n.event order by n.host desc, n.municipality_code, n.activity_id) as speaker,
			count(*) over (partition by n.event) as records
		from named n
	)
	select n.event, n.speaker = 1, n.speaker::integer, n.records::integer, n.municipality_code, n.version_id, n.activity_id, n.fiscal_year,
		n.quarter, n.kind, n.status, n.scope, coalesce(n.occurrences, 1)::integer, n.report_state
	from ranked n
$$;
