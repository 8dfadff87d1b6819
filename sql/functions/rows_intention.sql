-- renkei_api.rows_intention - intentions as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.intention.
create function renkei_api.rows_intention(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.intention
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.ordinality,
		r.partner_code,
		renkei.word(r.kind, 'INTENTION_KIND_'),
		nullif(r.means, ''),
		nullif(r.benefit_jp, ''),
		nullif(r.benefit_cn, '')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'intentions') as (partner_code text, kind text, means text, benefit_jp text, benefit_cn text)) with ordinality as r
$$;
