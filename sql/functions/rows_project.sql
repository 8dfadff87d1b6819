-- renkei_api.rows_project - projects as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.project.
create function renkei_api.rows_project(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.project
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.project_id,
		r.ordinality,
		renkei.word(r.kind, 'PROJECT_KIND_'),
		renkei.word(r.status, 'PROJECT_STATUS_'),
		renkei.partial_date(r.start),
		renkei.partial_date(r."end"),
		coalesce(r.title, ''),
		nullif(r.problem, ''),
		renkei.word(r.theme, 'THEME_'),
		nullif(r.logic_model ->> 'intended_user', ''),
		nullif(r.logic_model ->> 'output', ''),
		nullif(r.logic_model ->> 'use_in_policy', ''),
		nullif(r.logic_model ->> 'measure', ''),
		renkei.word(r.logic_model ->> 'pathway', 'PATHWAY_'),
		nullif(r.logic_model ->> 'pollutant', ''),
		(r.logic_model ->> 'reduction_tonnes_per_year')::double precision,
		nullif(r.logic_model ->> 'reduction_text', ''),
		nullif(r.logic_model ->> 'indicator', ''),
		nullif(r.result_report, ''),
		renkei.partial_date(r.result_report_date),
		renkei.word(r.disclosure, 'DISCLOSURE_')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'projects') as (project_id text, kind text, status text, start jsonb, "end" jsonb, title text, problem text, theme text, logic_model jsonb, result_report text, result_report_date jsonb, disclosure text)) with ordinality as r
$$;
