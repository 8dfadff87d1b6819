-- renkei_api.extension_json - a request for a later deadline, with its decision, as proto3 JSON of renkei.v1.Extension.
create function renkei_api.extension_json(p renkei.extension) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'number', p.municipality_code || '-' || renkei.period_tag(p.fiscal_year, p.quarter, p.variant) || '-E' || p.number,
		'municipality_code', p.municipality_code,
		'municipality_name_ja', (select m.name_ja from renkei.municipality m where m.municipality_code = p.municipality_code),
		'period', renkei_api.period_json(p.fiscal_year, p.quarter, p.variant),
		'state', 'EXTENSION_STATE_' || case when d.decided_at is null then 'REQUESTED' when d.due_at is null then 'REFUSED' else 'GRANTED' end,
		'until_date', p.until_day, 'reason', p.reason, 'requested_at', renkei.time_json(p.requested_at), 'requested_by', p.principal_uri,
		'due_at', renkei.time_json(d.due_at), 'decision_reason', d.reason, 'decided_at', renkei.time_json(d.decided_at), 'decided_by', d.principal_uri))
	from (select) as one
	left join renkei.extension_decision d on d.municipality_code = p.municipality_code and d.fiscal_year = p.fiscal_year and d.quarter = p.quarter
		and d.variant = p.variant and d.number = p.number
$$;
