-- renkei_api.rows_policy_contribution - contributions to policy as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.policy_contribution.
create function renkei_api.rows_policy_contribution(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.policy_contribution
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.contribution_id,
		r.ordinality,
		nullif(r.partner_code, ''),
		renkei.word(r.level, 'POLICY_LEVEL_'),
		coalesce(r.text, ''),
		nullif(r.document_issuer, ''),
		nullif(r.document_title_ja, ''),
		nullif(r.document_title_zh, ''),
		nullif(r.document_number, ''),
		renkei.partial_date(r.document_date),
		nullif(r.agreement, ''),
		renkei.word(r.pathway, 'PATHWAY_'),
		renkei.word(r.confirmed_by_cn, 'ANSWER_'),
		renkei.partial_date(r.confirmed_date),
		renkei.word(r.theme, 'THEME_'),
		renkei.word(r.disclosure, 'DISCLOSURE_')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'policy_contributions') as (contribution_id text, partner_code text, level text, text text, document_issuer text, document_title_ja text, document_title_zh text, document_number text, document_date jsonb, agreement text, pathway text, confirmed_by_cn text, confirmed_date jsonb, theme text, disclosure text)) with ordinality as r
$$;
