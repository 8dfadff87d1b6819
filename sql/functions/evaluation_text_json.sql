-- renkei_api.evaluation_text_json - a text of an evaluation as proto3 JSON of renkei.v1.EvaluationText.
create function renkei_api.evaluation_text_json(p renkei.evaluation_text) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('first_fiscal_year', p.first_fiscal_year, 'last_fiscal_year', p.last_fiscal_year,
		'place', 'EVALUATION_PLACE_' || upper(p.place), 'text', p.text)
$$;
