-- renkei_api.rows_need - needs as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.need.
create function renkei_api.rows_need(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.need
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.need_id,
		r.ordinality,
		renkei.partial_date(r.date),
		nullif(r.partner_code, ''),
		renkei.word(r.theme, 'THEME_'),
		nullif(r.text_ja, ''),
		nullif(r.text_zh, ''),
		renkei.word(r.level, 'NEED_LEVEL_'),
		renkei.word(r.urgency, 'URGENCY_'),
		renkei.word(r.response, 'NEED_RESPONSE_'),
		renkei.partial_date(r.responded),
		nullif(r.passed_to_municipality_code, ''),
		nullif(r.supplied_by, ''),
		renkei.word(r.disclosure, 'DISCLOSURE_'),
		nullif(r.addressed_to, '')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'needs') as (need_id text, date jsonb, partner_code text, theme text, text_ja text, text_zh text, level text, urgency text, response text, responded jsonb, passed_to_municipality_code text, supplied_by text, disclosure text, addressed_to text)) with ordinality as r
$$;
