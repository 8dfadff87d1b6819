-- renkei_api.rows_challenge - challenges as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.challenge.
create function renkei_api.rows_challenge(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.challenge
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.challenge_id,
		r.ordinality,
		coalesce(r.text, ''),
		renkei.word(r.category, 'CHALLENGE_CATEGORY_'),
		renkei.word(r.severity, 'CHALLENGE_SEVERITY_'),
		nullif(r.support_wanted, ''),
		renkei.word(r.state, 'CHALLENGE_STATE_'),
		renkei.word(r.disclosure, 'DISCLOSURE_')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'challenges') as (challenge_id text, text text, category text, severity text, support_wanted text, state text, disclosure text)) with ordinality as r
$$;
