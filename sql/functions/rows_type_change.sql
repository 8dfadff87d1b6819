-- renkei_api.rows_type_change - changes of type as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.type_change.
create function renkei_api.rows_type_change(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.type_change
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.ordinality,
		r.partner_code,
		renkei.word(r.new_type, 'COOPERATION_TYPE_'),
		renkei.partial_date(r.effective),
		nullif(r.reason, ''),
		nullif(r.evidence, '')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'type_changes') as (partner_code text, new_type text, effective jsonb, reason text, evidence text)) with ordinality as r
$$;
