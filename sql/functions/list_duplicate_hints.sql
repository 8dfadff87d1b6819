-- renkei_api.list_duplicate_hints - pairs of records that look like one event and are counted as two, with the reasons.
-- Takes    ListDuplicateHintsRequest.
-- Returns  ListDuplicateHintsResponse: the likeliest first.  Pairs of which something was said are left out, or they alone are listed.
-- Errors   RK400 YEARS_SWAPPED, AS_OF_FUTURE, ARGUMENT_INVALID; RK403.
--
-- Days that both records know must meet.  What else they share adds up: the Chinese side 3, that one names the other's municipality
-- 2, the place 1, the kind 1, half of the title's pairs of letters 2, a third of them 1; a pair with 4 is listed.  A start known by its
-- month or day adds 1, so that two records of a fiscal year are no hint by themselves.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.list_duplicate_hints(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
declare
	most constant integer := 200;
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	decided constant boolean := coalesce((p_request ->> 'decided')::boolean, false);
	years record;
begin
	perform renkei_api.require_role('secretariat');
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	return (
		with record as materialized (
			select r.*, r.municipality_code || '/' || r.activity_id collate "C" as node, a.title, renkei_api.bare_word(a.title) as bare, nullif(renkei_api.bare_word(coalesce(a.city, '')), '') as city,
				a.country, renkei.first_day(coalesce(a.actual_start, a.planned_start)) as first_day,
				greatest(renkei.last_day(coalesce(a.actual_end, a.planned_end)), renkei.last_day(coalesce(a.actual_start, a.planned_start))) as last_day,
				(coalesce(a.actual_start, a.planned_start)).precision in ('month', 'day') as dated
			from renkei_api.counted_events(as_of, coalesce((p_request ->> 'include_submitted')::boolean, false), true, years.first, years.last) r
			join renkei.activity a on a.municipality_code = r.municipality_code and a.version_id = r.version_id and a.activity_id = r.activity_id
			where r.fiscal_year between years.first and years.last
		), side as materialized (
			select distinct r.node, p.partner_code::text as partner, r.municipality_code, r.first_day, r.last_day from record r join renkei.activity_partner p on p.municipality_code = r.municipality_code
				and p.version_id = r.version_id and p.activity_id = r.activity_id
		), party as materialized (
			select distinct r.node, p.party_municipality_code::text as party from record r join renkei.activity_municipality p
				on p.municipality_code = r.municipality_code and p.version_id = r.version_id and p.activity_id = r.activity_id
		), said as materialized (
			select distinct d.municipality_code || '/' || d.activity_id as node, d.other_municipality_code || '/' || d.other_activity_id as other
			from renkei.event_decision d where as_of is null or d.decided_at <= as_of
		), beside as materialized (
			select distinct a.node, b.node as other from side a join side b on b.partner = a.partner and b.node > a.node
			where decided or a.municipality_code <> b.municipality_code and not (a.first_day > b.last_day or b.first_day > a.last_day) is true
		), shared as (
			select s.node, s.other from beside s
			union
			select least(r.node, o.node), greatest(r.node, o.node) from party p join record r on r.node = p.node
				join record o on o.municipality_code = p.party and o.node <> r.node
		), pair as materialized (
			select s.node, s.other from shared s where not decided
			union
			select s.node, s.other from said s where decided
		), met as materialized (
			select a as a, b as b, p.node, p.other, s.node is not null as partner, x.node is not null or y.node is not null as named,
				coalesce(a.first_day <= b.last_day and b.first_day <= a.last_day, false) as meets, a.dated and b.dated as dated,
				coalesce(a.city = b.city and a.country is not distinct from b.country, false) as place, coalesce(a.kind = b.kind, false) as kind
			from pair p join record a on a.node = p.node join record b on b.node = p.other
			left join beside s on s.node = p.node and s.other = p.other
			left join party x on x.node = a.node and x.party = b.municipality_code
			left join party y on y.node = b.node and y.party = a.municipality_code
			where decided or a.municipality_code <> b.municipality_code and a.event <> b.event and a.status is not distinct from b.status
				and not (a.first_day > b.last_day or b.first_day > a.last_day) is true
				and not exists (select from said s where s.node = p.node and s.other = p.other)
		), likely as (
			select m.*, m.partner::integer * 3 + m.named::integer * 2 + m.place::integer + m.kind::integer + (m.meets and m.dated)::integer as sure from met m
			order by 11 desc, m.node, m.other limit 5000
		), weighed as materialized (
			select l.*, k.likeness, l.sure + case when k.likeness >= 0.5 then 2 when k.likeness >= 0.33 then 1 else 0 end as weight
			from likely l cross join lateral (select renkei_api.likeness((l.a).bare, (l.b).bare) as likeness) k
		), listed as (
			select w.*, row_number() over (order by w.weight desc, w.node, w.other) as n from weighed w where decided or w.weight >= 4
		)
		select jsonb_build_object('pairs', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
				'record', renkei_api.activity_reference((l.a).municipality_code, (l.a).version_id, (l.a).activity_id, (l.a).report_state),
				'other', renkei_api.activity_reference((l.b).municipality_code, (l.b).version_id, (l.b).activity_id, (l.b).report_state),
				'reasons', (select jsonb_agg('HINT_REASON_' || y.word order by y.place) from (values (1, 'SAME_PARTNER', l.partner), (2, 'DATES_MEET', l.meets and l.dated),
					(3, 'NAMES_THE_OTHER', l.named), (4, 'SIMILAR_TITLE', l.likeness >= 0.33), (5, 'SAME_PLACE', l.place), (6, 'SAME_KIND', l.kind)) as y (place, word, holds)
					where y.holds),
				'title_likeness', round(l.likeness * 100), 'one_event', (l.a).event = (l.b).event,
				'decisions', renkei_api.event_decisions(l.node, l.other, as_of))) order by l.n) filter (where l.n <= most), '[]'),
			'left_off', greatest(count(*) - most, 0), 'as_of', renkei.time_json(coalesce(as_of, clock_timestamp())))
		from listed l);
end $$;
grant execute on function renkei_api.list_duplicate_hints to renkei_daemon;
