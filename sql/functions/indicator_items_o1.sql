-- renkei_api.indicator_items_o1 - what the indicators of training in Japan are made of.
-- O1.1 visits, trainees, days.  O1.2 visits, and of these those that answer a need recorded before they began and have their programme attached; a
-- need without a date, and a programme of the quarter that is no record's, leave it open.  O1.3 visits, and of these those with experts or staff sent
-- to the same government in the same year or one beside it.  O1.5 cooperations in which training was followed, in the same year or up to two years
-- later, by a new kind of event or by type B.  O1.4, the questionnaire, is asked in no form, and stays without a value.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_o1(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select * from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	), training as materialized (
		select e.*, a.need_id, a.actual_start, case when (a.actual_start).precision = 'day' and (a.actual_end).precision = 'day'
			then renkei.first_day(a.actual_end) - renkei.first_day(a.actual_start) + 1 end as days
		from event e left join renkei.activity a on a.municipality_code::text = e.municipality_code and a.version_id = e.version_id
			and a.activity_id::text = e.activity_id
		where e.kind = 'training_in_japan'
	), needed as materialized (
		-- The need as worded last, wherever the municipality told of it.
		select distinct on (n.municipality_code, n.need_id) n.municipality_code::text as municipality_code, n.need_id::text as need_id, n.said_on
		from unnest(p_source.records) r join renkei.need n on n.municipality_code::text = r.municipality_code and n.version_id = r.version_id
		order by n.municipality_code, n.need_id, r.turn desc
	), programme as materialized (
		select distinct t.municipality_code::text as municipality_code, t.record_id::text as activity_id, case when t.record_id is null then v.version_id end as version_id
		from renkei.attachment t
		left join renkei.report_version v on v.municipality_code = t.municipality_code and v.fiscal_year = t.fiscal_year and v.quarter = t.quarter and v.variant = t.variant
		where t.kind = 'programme' and (t.record_list is null or t.record_list = 'activities') and (p_as_of is null or t.received_at <= p_as_of)
			and (t.removed_at is null or t.removed_at > p_as_of)
	), prepared as materialized (
		select t.event, t.fiscal_year, t.refs, case when t.municipality_code is null then null when n.need_id is null then false
				when renkei.first_day(n.said_on) > renkei.last_day(t.actual_start) then false
				when renkei.last_day(n.said_on) <= renkei.first_day(t.actual_start) then true end as needed,
			case when t.municipality_code is null then null when p.activity_id is not null then true when q.version_id is not null then null else false end as attached
		from training t
		left join needed n on n.municipality_code = t.municipality_code and n.need_id = t.need_id
		left join programme p on p.municipality_code = t.municipality_code and p.activity_id = t.activity_id
		left join programme q on q.municipality_code = t.municipality_code and q.version_id = t.version_id
	), pair as materialized (
		select p.*, min(p.fiscal_year) over (partition by p.cooperation_id, p.kind) as kind_since
		from renkei_api.evaluation_pairs(p_source) p where p.fiscal_year between p_first and p_last
	), trained as materialized (
		select distinct p.cooperation_id, p.fiscal_year from pair p where p.kind = 'training_in_japan'
	), step as (
		select t.cooperation_id, t.fiscal_year as since, n.fiscal_year as until, n.ref
		from trained t join pair n on n.cooperation_id = t.cooperation_id and n.fiscal_year between t.fiscal_year + 1 and t.fiscal_year + 2
		where n.kind is null or n.fiscal_year = n.kind_since
		union all
		select t.cooperation_id, t.fiscal_year, renkei.fiscal_year_of(renkei.first_day(h.effective)), 'registry:' || t.cooperation_id
		from trained t
		join renkei_api.type_entries(p_as_of, p_newest) h on h.cooperation_id = t.cooperation_id and h.type = 'b' and h.effective is not null
			and renkei.fiscal_year_of(renkei.first_day(h.effective)) between t.fiscal_year and t.fiscal_year + 2
	), sent as materialized (
		select distinct m.code as municipality_code, g.code as partner_code, o.fiscal_year
		from event o cross join lateral unnest(o.municipalities) as m (code) cross join lateral unnest(o.partners) as g (code)
		where o.kind in ('expert_dispatch', 'staff_dispatch', 'field_survey', 'local_seminar')
	), met as materialized (
		select t.event, t.fiscal_year, m.code as municipality_code, g.code as partner_code
		from training t cross join lateral unnest(t.municipalities) as m (code) cross join lateral unnest(t.partners) as g (code)
	), visited as materialized (
		select distinct w.event from met w
		join sent s on s.municipality_code = w.municipality_code and s.partner_code = w.partner_code and s.fiscal_year between w.fiscal_year - 1 and w.fiscal_year + 1
	)
	select 'O1.1', 'visits', t.fiscal_year, t.event, true, t.occurrences, t.refs[1] from training t
	union all
	select 'O1.1', 'days', t.fiscal_year, t.event, case when t.days is not null then true end, t.days, t.refs[1] from training t
	union all
	select 'O1.1', 'trainees', t.fiscal_year, f.event || '/' || f.line, case when f.value is not null then true end, f.value, t.refs[1]
	from unnest(p_source.people) f join training t on t.event = f.event where f.measure = 'trainees'
	union all
	select 'O1.1', 'trainees', t.fiscal_year, t.event, case when t.occurrences = 1 and f.people_measure = 'persons' and f.people_side = 'cn' then true end,
		f.people, t.refs[1]
	from training t join renkei.programme_fact f on t.event = 'fact:' || f.fact_id where f.people_basis is distinct from 'capacity'
	union all
	select 'O1.2', '', t.fiscal_year, t.event, t.needed and t.attached, 1, t.refs[1] from prepared t
	union all
	select 'O1.3', '', t.fiscal_year, t.event, v.event is not null, 1, t.refs[1]
	from training t left join visited v on v.event = t.event
	union all
	select 'O1.5', k.key, s.until, s.cooperation_id, true, 1, s.ref
	from step s cross join lateral (select 'two_years' as key union all select 'one_year' where s.until <= s.since + 1) k
	where s.until between p_first and p_last
$$;
