-- renkei_api.reopening_json - a reopening with its items, as proto3 JSON of renkei.v1.Reopening; open is as of now.
create function renkei_api.reopening_json(p renkei.reopening) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'number', p.municipality_code || '-' || renkei.period_tag(p.fiscal_year, p.quarter, p.variant) || '-R' || p.number,
		'municipality_code', p.municipality_code,
		'municipality_name_ja', (select m.name_ja from renkei.municipality m where m.municipality_code = p.municipality_code),
		'period', renkei_api.period_json(p.fiscal_year, p.quarter, p.variant), 'version', v.version, 'receipt_number', v.receipt_number,
		'items', (select jsonb_agg(jsonb_build_object('field_path', coalesce(i.field_path, ''), 'reason', i.reason) order by i.position)
			from renkei.reopening_item i where i.municipality_code = p.municipality_code and i.fiscal_year = p.fiscal_year and i.quarter = p.quarter
				and i.variant = p.variant and i.number = p.number),
		'until_at', renkei.time_json(p.until_at), 'until_date', (p.until_at at time zone 'Asia/Tokyo')::date, 'reason', p.reason,
		'reopened_at', renkei.time_json(p.reopened_at), 'reopened_by', p.principal_uri,
		'open', renkei_api.reopening_open(p)))
	from renkei.report_version v where v.municipality_code = p.municipality_code and v.version_id = p.version_id
$$;
