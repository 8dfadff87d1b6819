-- renkei_api.evaluation_findings - the statements of an evaluation with their indicators, and what their rules say.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years; whether it is for readers
--          besides the secretariat: records for the secretariat alone are counted for them, and not named.
-- Returns  proto3 JSON of a list of renkei.v1.EvaluationFinding.
create function renkei_api.evaluation_findings(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer, p_readers boolean)
returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	known jsonb;
	shown jsonb;
	evidence jsonb;
	said constant jsonb := (select coalesce(jsonb_agg(to_jsonb(h)), '[]') from renkei_api.hearings_said(p_as_of, p_first, p_last) h);
begin
	with number as materialized (
		select * from renkei_api.indicator_values(p_as_of, p_newest, p_first, p_last)
	), secret as materialized (
		select v.receipt_number || '#' || x.id as ref
		from (select a.municipality_code, a.version_id, a.activity_id::text as id from renkei.activity a where a.disclosure = 'secretariat'
			union all select o.municipality_code, o.version_id, o.outcome_id from renkei.outcome o where o.disclosure = 'secretariat'
			union all select n.municipality_code, n.version_id, n.need_id from renkei.need n where n.disclosure = 'secretariat'
			union all select h.municipality_code, h.version_id, h.challenge_id from renkei.challenge h where h.disclosure = 'secretariat'
			union all select j.municipality_code, j.version_id, j.project_id from renkei.project j where j.disclosure = 'secretariat'
			union all select q.municipality_code, q.version_id, q.contribution_id from renkei.policy_contribution q where q.disclosure = 'secretariat') x
		join renkei.report_version v on v.municipality_code = x.municipality_code and v.version_id = x.version_id
		where p_readers
	), asked as materialized (
		-- What a rule asks first of a series; a statement that says that a share is low rests on the records that are not in it.
		select distinct on (t.statement_id, a.indicator_id, a.key) t.statement_id::text as statement_id, a.indicator_id, a.key, a.test in ('CONDITION_TEST_BELOW', 'CONDITION_TEST_AT_MOST') as low
		from renkei.evaluation_statement t cross join lateral renkei_api.rule_conditions(t.rule) c
		cross join lateral (select c.condition ->> 'indicator_id' as indicator_id, coalesce(c.condition ->> 'key', '') as key, c.condition ->> 'test' as test) a
		where t.first_fiscal_year = p_first and t.last_fiscal_year = p_last and c.alternative > 0
		order by t.statement_id, a.indicator_id, a.key, c.alternative, c.step
	), behind as materialized (
		select a.statement_id, case when s.sense = 'open' or not a.low then s.sense when s.sense = 'for' then 'against' else 'for' end as sense, min(a.indicator_id) as indicator_id, u.ref
		from asked a join number n on n.indicator_id = a.indicator_id and n.key = a.key
		cross join lateral (values ('for', n.records_for), ('against', n.records_against), ('open', n.records_open)) as s (sense, refs)
		cross join lateral unnest(s.refs) as u (ref)
		group by 1, 2, 4
	), drawn as (
		select c.place, jsonb_build_object('indicator_id', c.indicator_id, 'label', c.label, 'unit', c.unit, 'note', renkei_api.indicator_note(c.indicator_id)) || jsonb_build_object('values', coalesce((
			select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('fiscal_year', n.fiscal_year, 'key', nullif(n.key, ''),
				'key_label', renkei_api.indicator_key_label(n.key), 'value', trim_scale(round(n.value, 6)), 'low', trim_scale(round(n.low, 6)), 'high', trim_scale(round(n.high, 6)),
				'numerator', n.numerator, 'denominator', n.denominator, 'records_for', named.records_for,
				'records_against', named.records_against, 'records_open', named.records_open)) order by n.key, n.fiscal_year = 0, n.fiscal_year)
			from number n
			cross join lateral (select jsonb_agg(r.ref order by r.place) filter (where r.side = 'for') as records_for,
					jsonb_agg(r.ref order by r.place) filter (where r.side = 'against') as records_against,
					jsonb_agg(r.ref order by r.place) filter (where r.side = 'open') as records_open
				from (select 'for' as side, u.* from unnest(n.records_for[1:100]) with ordinality as u (ref, place)
					union all select 'against', u.* from unnest(n.records_against[1:100]) with ordinality as u (ref, place)
					union all select 'open', u.* from unnest(n.records_open[1:100]) with ordinality as u (ref, place)) r
				where not exists (select from secret s where s.ref = r.ref)) named
			where n.indicator_id = c.indicator_id), '[]')) as indicator
		from renkei_api.indicator_catalogue() c
	)
	select (select jsonb_agg(jsonb_build_object('indicator_id', n.indicator_id, 'key', n.key, 'fiscal_year', n.fiscal_year, 'value', n.value, 'low', n.low,
			'high', n.high, 'numerator', n.numerator, 'against', cardinality(n.records_against))) from number n),
		(select jsonb_agg(d.indicator order by d.place) from drawn d),
		(select jsonb_object_agg(e.statement_id, jsonb_build_object('evidence', e.evidence, 'evidence_left_off', nullif(e.left_off, 0)))
			from (select array_agg(b.statement_id) as statements, array_agg(b.sense) as senses, array_agg(b.indicator_id) as indicators, array_agg(b.ref) as refs
				from behind b where not exists (select from secret s where s.ref = b.ref)) b
			cross join lateral renkei_api.evidence_json(b.statements, b.senses, b.indicators, b.refs, p_readers) e)
	into known, shown, evidence;
	return (
		select coalesce(jsonb_agg(jsonb_build_object('statement', renkei_api.evaluation_statement_json(t),
			'support', 'SUPPORT_' || upper(renkei_api.statement_support(r.results)),
			'conditions', (select coalesce(jsonb_agg(jsonb_build_object('condition', e.c -> 'condition',
				'key_label', renkei_api.indicator_key_label(coalesce(e.c #>> '{condition,key}', '')), 'holds', case (e.c ->> 'holds')::boolean
				when true then 'ANSWER_YES' when false then 'ANSWER_NO' else 'ANSWER_UNKNOWN' end) order by e.n), '[]')
				from jsonb_array_elements(r.results) with ordinality as e (c, n)),
			'indicators', (select coalesce(jsonb_agg(e.i order by e.n), '[]') from jsonb_array_elements(shown) with ordinality as e (i, n)
				where split_part(e.i ->> 'indicator_id', '.', 1) = t.statement_id::text))
				|| jsonb_strip_nulls(renkei_api.finding_hearings(said, t.statement_id::text, p_readers))
				|| coalesce(jsonb_strip_nulls(evidence -> t.statement_id::text), '{}')
			order by array_position(array['progress', 'outcomes', 'challenges'], t.part::text), t.position, t.statement_id), '[]')
		from renkei.evaluation_statement t
		cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('alternative', c.alternative, 'condition', c.condition,
				'holds', renkei_api.condition_holds(known, c.condition, p_first, p_last)) order by c.alternative, c.step), '[]') as results
			from renkei_api.rule_conditions(t.rule) c) r
		where t.first_fiscal_year = p_first and t.last_fiscal_year = p_last);
end $$;
