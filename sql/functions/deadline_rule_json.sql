-- renkei_api.deadline_rule_json - a rule for deadlines as proto3 JSON of renkei.v1.DeadlineRule.
create function renkei_api.deadline_rule_json(p renkei.deadline_rule) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('first_fiscal_year', p.first_fiscal_year, 'quarter', 'QUARTER_Q' || p.quarter,
		'variant', 'VARIANT_' || upper(p.variant), 'days_after_quarter_end', p.days_after_quarter_end, 'country', p.country, 'source', p.source))
$$;
