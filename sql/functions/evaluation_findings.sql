-- renkei_api.evaluation_findings - the statements of an evaluation with their indicators, and what their rules say.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  proto3 JSON of a list of renkei.v1.EvaluationFinding.
create function renkei_api.evaluation_findings(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	known jsonb;
	shown jsonb;
begin
	with number as materialized (
		select * from renkei_api.indicator_values(p_as_of, p_newest, p_first, p_last)
	), drawn as (
		select c.place, jsonb_build_object('indicator_id', c.indicator_id, 'label', c.label, 'unit', c.unit) || jsonb_build_object('values', coalesce((
			select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('fiscal_year', n.fiscal_year, 'key', nullif(n.key, ''),
				'key_label', renkei_api.indicator_key_label(n.key), 'value', trim_scale(round(n.value, 6)), 'low', trim_scale(round(n.low, 6)), 'high', trim_scale(round(n.high, 6)),
				'numerator', n.numerator, 'denominator', n.denominator, 'records_for', nullif(to_jsonb(n.records_for), '[]'),
				'records_against', nullif(to_jsonb(n.records_against), '[]'), 'records_open', nullif(to_jsonb(n.records_open), '[]'))) order by n.key, n.fiscal_year = 0, n.fiscal_year)
			from number n where n.indicator_id = c.indicator_id), '[]')) as indicator
		from renkei_api.indicator_catalogue() c
	)
	select (select jsonb_agg(jsonb_build_object('indicator_id', n.indicator_id, 'key', n.key, 'fiscal_year', n.fiscal_year, 'value', n.value, 'low', n.low,
			'high', n.high, 'numerator', n.numerator, 'against', cardinality(n.records_against))) from number n),
		(select jsonb_agg(d.indicator order by d.place) from drawn d)
	into known, shown;
	return (
		select coalesce(jsonb_agg(jsonb_build_object('statement', renkei_api.evaluation_statement_json(t),
			'support', 'SUPPORT_' || upper(renkei_api.statement_support(r.results)),
			'conditions', (select coalesce(jsonb_agg(jsonb_build_object('condition', e.c -> 'condition', 'holds', case (e.c ->> 'holds')::boolean
				when true then 'ANSWER_YES' when false then 'ANSWER_NO' else 'ANSWER_UNKNOWN' end) order by e.n), '[]')
				from jsonb_array_elements(r.results) with ordinality as e (c, n)),
			'indicators', (select coalesce(jsonb_agg(e.i order by e.n), '[]') from jsonb_array_elements(shown) with ordinality as e (i, n)
				where split_part(e.i ->> 'indicator_id', '.', 1) = t.statement_id::text))
			order by array_position(array['progress', 'outcomes', 'challenges'], t.part::text), t.position, t.statement_id), '[]')
		from renkei.evaluation_statement t
		cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('alternative', c.alternative, 'condition', c.condition,
				'holds', renkei_api.condition_holds(known, c.condition, p_first, p_last)) order by c.alternative, c.step), '[]') as results
			from renkei_api.rule_conditions(t.rule) c) r
		where t.first_fiscal_year = p_first and t.last_fiscal_year = p_last);
end $$;
