-- renkei_api.rows_outcome - outcomes as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.outcome.
create function renkei_api.rows_outcome(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.outcome
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.outcome_id,
		r.ordinality,
		coalesce(r.text, ''),
		renkei.word(r.benefit_jp, 'ANSWER_'),
		nullif(r.first_fiscal_year, 0),
		nullif(r.last_fiscal_year, 0),
		coalesce(r.for_outcome_table, false),
		renkei.word(r.disclosure, 'DISCLOSURE_')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'outcomes') as (outcome_id text, text text, benefit_jp text, first_fiscal_year smallint, last_fiscal_year smallint, for_outcome_table boolean, disclosure text)) with ordinality as r
$$;
