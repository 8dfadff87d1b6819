-- renkei_api.partner_json - a Chinese government of the registry as proto3 JSON of renkei.v1.PartnerGovernment, with etag.
create function renkei_api.partner_json(p renkei.partner_government) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.with_etag(jsonb_strip_nulls(jsonb_build_object('partner_code', p.partner_code, 'name_ja', p.name_ja,
		'name_zh', p.name_zh, 'name_en', p.name_en, 'level', 'PARTNER_LEVEL_' || upper(p.level), 'parent_code', p.parent_code,
		'served_by', 'SERVED_BY_' || upper(p.served_by),
		'participations', (select jsonb_agg(jsonb_build_object('from', renkei.partial_date_json(t.began),
				'to', renkei.partial_date_json(t.ended), 'basis', t.basis) order by t.position)
			from renkei.partner_participation t where t.partner_code = p.partner_code),
		'bodies', (select jsonb_agg(jsonb_build_object('name_ja', b.name_ja, 'name_zh', b.name_zh,
				'valid_from', renkei.partial_date_json(b.valid_from), 'valid_to', renkei.partial_date_json(b.valid_to)) order by b.position)
			from renkei.counterpart_body b where b.partner_code = p.partner_code))))
$$;
