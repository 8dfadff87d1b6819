-- renkei_api.evaluation_note_json - a note as proto3 JSON of renkei.v1.EvaluationNote.
create function renkei_api.evaluation_note_json(p renkei.evaluation_note) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('first_fiscal_year', p.first_fiscal_year, 'last_fiscal_year', p.last_fiscal_year,
		'number', p.number, 'text', p.text,
		'items', (select jsonb_agg(jsonb_build_object('label', i.label, 'text', i.text) order by i.position)
			from renkei.evaluation_note_item i where i.first_fiscal_year = p.first_fiscal_year
				and i.last_fiscal_year = p.last_fiscal_year and i.number = p.number),
		'columns', nullif(to_jsonb(p.columns), '[]'),
		'municipality_codes', (select jsonb_agg(m.municipality_code order by m.municipality_code)
			from renkei.evaluation_note_municipality m where m.first_fiscal_year = p.first_fiscal_year
				and m.last_fiscal_year = p.last_fiscal_year and m.number = p.number)))
$$;
