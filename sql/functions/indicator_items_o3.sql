-- renkei_api.indicator_items_o3 - what the indicators of what officials learned are made of.
-- O3.1 staff of municipalities sent, in persons, person-times and person-days.  O3.2 local seminars, lectures by municipalities there, participants.
-- O3.3 municipalities with an outcome on the abilities of the Chinese side, of the Japanese side.  O3.4, how people rate themselves, is asked in no
-- form, and stays without a value.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_o3(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select * from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	), people as materialized (
		select f.*, e.fiscal_year, e.kind, e.refs[1] as ref from unnest(p_source.people) f join event e on e.event = f.event where f.measure <> 'trainees'
	)
	select 'O3.1', p.measure, p.fiscal_year, p.event || '/' || p.line, case when p.value is not null then true end, p.value, p.ref
	from people p where p.side = 'jp' and p.category = 'municipal_staff' and p.kind in ('staff_dispatch', 'expert_dispatch', 'field_survey', 'local_seminar',
		'researcher_exchange', 'consultation')
	union all
	select 'O3.2', 'seminars', e.fiscal_year, e.event, true, e.occurrences, e.refs[1] from event e where e.kind = 'local_seminar'
	union all
	select 'O3.2', 'lectures', e.fiscal_year, e.event || '/' || p.party_municipality_code, true, 1, e.refs[1]
	from event e join renkei.activity_municipality p on p.municipality_code::text = e.municipality_code and p.version_id = e.version_id
		and p.activity_id::text = e.activity_id and p.role = 'lecturer' where e.kind = 'local_seminar'
	union all
	select 'O3.2', 'participants', p.fiscal_year, p.event || '/' || p.line, case when p.value is not null then true end, p.value, p.ref
	from people p where p.kind = 'local_seminar' and p.measure = 'persons'
	union all
	select distinct 'O3.3', c.category, r.fiscal_year, r.municipality_code, true, 1, r.receipt_number || '#' || c.outcome_id
	from (select * from unnest(p_source.records) o where o.fiscal_year between p_first and p_last) r
	join renkei.outcome_category c on c.municipality_code::text = r.municipality_code and c.version_id = r.version_id
		and c.category in ('skills_cn', 'skills_jp')
$$;
