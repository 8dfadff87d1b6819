-- renkei_api.evidence_json - records behind the statements of an evaluation, named so that a reader finds them again.
-- Takes    arrays of one length, an item a record of a statement: statement, "for", "against" or "open", an indicator that it stands behind, the record as
--          renkei_api.indicator_items names it; whether it is for readers besides the secretariat: what is not public has no title for them.
-- Returns  one row a statement: proto3 JSON of a list of renkei.v1.EvidenceRecord, at most 2,000 of them and 6,000 of all statements, the first of each before the
--          later ones of any, so that each of twenty has 300; how many were left off. A title has at most 200 characters.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.evidence_json(p_statements text[], p_senses text[], p_indicators text[], p_records text[], p_readers boolean)
returns table (statement_id text, evidence jsonb, left_off bigint)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with record as materialized (
		select u.*, split_part(u.ref, '#', 1) as receipt, split_part(u.ref, '#', 2) as id, case when u.ref like 'fact:%' then substr(u.ref, 6) end as fact_id,
			case when u.ref like 'registry:%' then substr(u.ref, 10) end as registered
		from unnest(p_statements, p_senses, p_indicators, p_records) as u (statement, sense, indicator, ref)
	), placed as materialized (
		select r.*, v.municipality_code::text as code, v.version_id, v.fiscal_year::integer as year, v.quarter::integer as quarter, v.variant::text as variant, v.version, v.sha256
		from record r left join renkei.report_version v on v.receipt_number = r.receipt
	), told as (
		-- Of one name in several lists that one which the indicator counts.
		select distinct on (x.municipality_code, x.version_id, x.id, x.list) x.* from (
			select 1 as list, a.municipality_code::text as municipality_code, a.version_id, a.activity_id::text as id, a.title, a.disclosure::text as disclosure
			from renkei.activity a where a.version_id in (select p.version_id from placed p)
			union all select 2, j.municipality_code, j.version_id, j.project_id, j.title, j.disclosure from renkei.project j
			where j.version_id in (select p.version_id from placed p)
			union all select 3, n.municipality_code, n.version_id, n.need_id, coalesce(n.text_ja, n.text_zh), n.disclosure from renkei.need n
			where n.version_id in (select p.version_id from placed p)
			union all select 4, o.municipality_code, o.version_id, o.outcome_id, o.text, o.disclosure from renkei.outcome o
			where o.version_id in (select p.version_id from placed p)
			union all select 5, q.municipality_code, q.version_id, q.contribution_id, q.text, q.disclosure from renkei.policy_contribution q
			where q.version_id in (select p.version_id from placed p)
			union all select 6, h.municipality_code, h.version_id, h.challenge_id, h.text, h.disclosure from renkei.challenge h
			where h.version_id in (select p.version_id from placed p)
			union all select 7, c.municipality_code, c.version_id, 'cost-' || c.position, c.note, null from renkei.report_cost_line c
			where c.version_id in (select p.version_id from placed p)
			union all select 8, i.municipality_code, i.version_id, 'intention-' || i.position, g.name_ja, null
			from renkei.intention i join renkei.partner_government g on g.partner_code = i.partner_code where i.version_id in (select p.version_id from placed p)
			union all select 9, t.municipality_code, t.version_id, t.partner_code, g.name_ja, null
			from renkei.type_change t join renkei.partner_government g on g.partner_code = t.partner_code where t.version_id in (select p.version_id from placed p)) x
	), titled as materialized (
		select distinct on (p.statement, p.sense, p.ref) p.*, case when not p_readers or t.disclosure is null or t.disclosure = 'public' then t.title end as title
		from placed p left join told t on t.municipality_code = p.code and t.version_id = p.version_id and t.id = p.id
		order by p.statement, p.sense, p.ref, t.list <> case when p.indicator in ('O3.3', 'I4.3') then 4 when p.indicator = 'I1.4' then 6 when p.indicator like 'I1.%'
			or p.indicator in ('I2.1', 'I2.3') then 3 when p.indicator like 'O2.%' then 5 when p.indicator like 'I3.%' then 2 else 1 end, t.list
	), named as (
		-- A code of the registry alone is a Chinese government's where these are counted.
		select t.statement, t.sense, t.ref, coalesce(m.municipality_code::text, t.code) as code, m.kind, m.name_ja, m.name_en, coalesce(t.year, f.fiscal_year::integer) as year, t.quarter,
			t.variant, t.version, t.sha256, left(coalesce(t.title, f.note, g.name_ja), 200) as title
		from titled t
		left join renkei.programme_fact f on f.fact_id::text = t.fact_id
		left join renkei.cooperation k on k.cooperation_id = t.registered
		left join renkei.partner_government g on g.partner_code::text = coalesce(k.partner_code::text, case when t.indicator = 'P1.2' then t.registered end)
		left join (select o.fact_id, min(o.municipality_code::text) as code from renkei.programme_fact_municipality o group by o.fact_id having count(*) = 1) o on o.fact_id::text = t.fact_id
		left join renkei.municipality m on m.municipality_code::text = coalesce(t.code, k.municipality_code::text, o.code, case when t.indicator <> 'P1.2' then t.registered end)
	), ranked as (
		select n.*, row_number() over (partition by n.statement order by array_position(array['for', 'against', 'open'], n.sense), n.version is null, n.ref like 'registry:%',
			n.kind <> 'prefecture', n.code collate "C", n.year, n.quarter, n.version, n.ref collate "C") as place
		from named n
	), counted as (
		select r.*, r.place <= 2000 and row_number() over (order by r.place, r.statement collate "C") <= 6000 as shown from ranked r
	)
	select r.statement, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('sense', 'EVIDENCE_SENSE_' || upper(r.sense), 'record', r.ref, 'municipality_code', r.code,
			'municipality_name_ja', r.name_ja, 'municipality_name_en', r.name_en, 'period', case when r.quarter is not null then renkei.period_tag(r.year, r.quarter, r.variant)
				else r.year::text end, 'title', r.title, 'version', r.version, 'sha256', encode(r.sha256, 'hex'))) order by r.place) filter (where r.shown),
		count(*) filter (where not r.shown)
	from counted r group by r.statement
$$;
