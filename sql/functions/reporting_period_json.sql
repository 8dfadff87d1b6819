-- renkei_api.reporting_period_json - a period of the registry as proto3 JSON of renkei.v1.ReportingPeriod, with etag.
create function renkei_api.reporting_period_json(p renkei.reporting_period) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.with_etag(jsonb_strip_nulls(jsonb_build_object(
		'period', renkei_api.period_json(p.fiscal_year, p.quarter, p.variant),
		'opens_at', renkei.time_json(p.opens_at), 'due_at', renkei.time_json(p.due_at), 'due_rule', jsonb_build_object(
			'ja', p.due_rule_ja, 'en', p.due_rule_en, 'zh', p.due_rule_zh))))
$$;
