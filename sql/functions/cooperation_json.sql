-- renkei_api.cooperation_json - a cooperation of the registry as proto3 JSON of renkei.v1.Cooperation, with etag.
-- The history holds what the registry knows; renkei_api.list_cooperations adds what accepted reports say.
create function renkei_api.cooperation_json(p renkei.cooperation) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.with_etag(jsonb_strip_nulls(jsonb_build_object('cooperation_id', p.cooperation_id,
		'municipality_code', p.municipality_code, 'partner_code', p.partner_code, 'basis', 'COOPERATION_BASIS_' || upper(p.basis),
		'basis_date', renkei.partial_date_json(p.basis_date), 'status', 'COOPERATION_STATUS_' || upper(p.status),
		'status_since', renkei.partial_date_json(p.status_since),
		'schemes', (select jsonb_agg(jsonb_build_object('scheme', 'PAYER_' || upper(s.scheme), 'from', renkei.partial_date_json(s.began),
				'to', renkei.partial_date_json(s.ended)) order by s.position)
			from renkei.cooperation_scheme s where s.cooperation_id = p.cooperation_id),
		'type_history', (select jsonb_agg(jsonb_build_object('type', 'COOPERATION_TYPE_' || upper(h.type),
				'effective', renkei.partial_date_json(h.effective), 'reason', h.reason, 'evidence', h.evidence) order by h.entry)
			from renkei.type_history h where h.cooperation_id = p.cooperation_id),
		'source', p.source)))
$$;
