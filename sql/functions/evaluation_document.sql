-- renkei_api.evaluation_document - the evaluation of some years as a document.
-- Takes    GetEvaluationRequest; whether it is for readers besides the secretariat, whoever asks.
-- Returns  proto3 JSON of renkei.v1.EvaluationDocument, a draft.      Errors  RK400 YEARS_SWAPPED, AS_OF_FUTURE, ARGUMENT_INVALID.
create function renkei_api.evaluation_document(p_request jsonb, p_readers boolean) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	as_of constant timestamptz := coalesce(renkei_api.asked_moment(p_request), clock_timestamp());
	newest constant boolean := coalesce((p_request ->> 'include_submitted')::boolean, false);
	outcomes constant jsonb := renkei_api.get_outcome_table(p_request || jsonb_build_object('as_of', renkei.time_json(as_of)), p_readers);
	first_year constant integer := (p_request ->> 'first_fiscal_year')::integer;
	last_year constant integer := (p_request ->> 'last_fiscal_year')::integer;
begin
	return jsonb_strip_nulls(jsonb_build_object('state', 'EVALUATION_STATE_DRAFT', 'first_fiscal_year', first_year, 'last_fiscal_year', last_year,
		'as_of', renkei.time_json(as_of), 'coverage', outcomes -> 'coverage',
		'years', (select jsonb_agg(jsonb_build_object('fiscal_year', y.year, 'coverage', renkei_api.coverage(as_of, y.year, y.year, null)) order by y.year)
			from generate_series(first_year, last_year) as y (year)),
		'texts', (select jsonb_agg(renkei_api.evaluation_text_json(t) order by t.place) from renkei.evaluation_text t
			where t.first_fiscal_year = first_year and t.last_fiscal_year = last_year),
		'rows', outcomes -> 'rows', 'notes', outcomes -> 'notes',
		'findings', renkei_api.evaluation_findings(as_of, newest, first_year, last_year, p_readers),
		'completeness', (select jsonb_agg(jsonb_build_object('municipality_code', m.municipality_code, 'municipality_name_ja', m.name_ja,
				'municipality_name_en', m.name_en, 'cells', c.cells) order by m.kind <> 'prefecture', m.municipality_code)
			from (select s.municipality_code, jsonb_agg(jsonb_build_object('period', renkei.period_tag(s.fiscal_year, s.quarter, 'regular'),
					'state', 'CELL_STATE_' || upper(s.state), 'nil', coalesce(s.nil, false)) order by s.fiscal_year, s.quarter) as cells
				from renkei_api.status_cells(as_of, first_year, last_year) s where s.variant = 'regular' group by s.municipality_code) c
			join renkei.municipality m on m.municipality_code::text = c.municipality_code)));
end $$;
