-- renkei_api.rows_activity_partner - Chinese governments of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_partner.
create function renkei_api.rows_activity_partner(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_partner
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		r.ordinality,
		r.partner_code,
		renkei.word(r.role, 'PARTY_ROLE_')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral rows from (jsonb_to_recordset(v.record -> 'partners') as (partner_code text, role text)) with ordinality as r
$$;
