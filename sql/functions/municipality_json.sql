-- renkei_api.municipality_json - a municipality of the registry as proto3 JSON of renkei.v1.Municipality, with etag.
create function renkei_api.municipality_json(p renkei.municipality) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.with_etag(jsonb_strip_nulls(jsonb_build_object('municipality_code', p.municipality_code, 'name_ja', p.name_ja,
		'name_kana', p.name_kana, 'name_en', p.name_en, 'name_zh', p.name_zh, 'kind', 'MUNICIPALITY_KIND_' || upper(p.kind),
		'prefecture_code', p.prefecture_code, 'state', 'PARTICIPATION_STATE_' || upper(p.state), 'release_required', p.release_required,
		'participations', (select jsonb_agg(jsonb_build_object('from', renkei.partial_date_json(t.began),
				'to', renkei.partial_date_json(t.ended), 'basis', t.basis) order by t.position)
			from renkei.municipality_participation t where t.municipality_code = p.municipality_code))))
$$;
