-- renkei_api.evaluation_statement_json - a statement as proto3 JSON of renkei.v1.EvaluationStatement.
create function renkei_api.evaluation_statement_json(p renkei.evaluation_statement) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('first_fiscal_year', p.first_fiscal_year, 'last_fiscal_year', p.last_fiscal_year, 'statement_id', p.statement_id,
		'part', 'EVALUATION_PART_' || upper(p.part), 'position', p.position, 'text', p.text, 'rule', p.rule)
$$;
