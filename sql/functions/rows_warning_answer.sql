-- renkei_api.rows_warning_answer - answers to warnings as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.warning_answer.
create function renkei_api.rows_warning_answer(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.warning_answer
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.ordinality,
		r.code,
		nullif(r.field_path, ''),
		nullif(r.value, ''),
		r.reason
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'warning_answers') as (code text, field_path text, value text, reason text)) with ordinality as r
$$;
