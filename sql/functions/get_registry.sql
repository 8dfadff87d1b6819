-- renkei_api.get_registry - all records of the registry with their etags, as import_registry takes them.
-- Takes    GetRegistryRequest.      Returns  GetRegistryResponse.      Errors  RK403.
create function renkei_api.get_registry(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return jsonb_build_object('registry', jsonb_build_object(
		'municipalities', (select coalesce(jsonb_agg(renkei_api.municipality_json(m) order by m.kind <> 'prefecture', m.municipality_code), '[]')
			from renkei.municipality m),
		'partner_governments', (select coalesce(jsonb_agg(renkei_api.partner_json(g) order by g.partner_code), '[]')
			from renkei.partner_government g),
		'cooperations', (select coalesce(jsonb_agg(renkei_api.cooperation_json(c) order by c.cooperation_id), '[]')
			from renkei.cooperation c),
		'periods', (select coalesce(jsonb_agg(renkei_api.reporting_period_json(t) order by t.fiscal_year, t.quarter, t.variant = 'regular'), '[]')
			from renkei.reporting_period t),
		'holidays', (select coalesce(jsonb_agg(renkei_api.registry_record('holiday', h.country || ' ' || h.day) order by h.country, h.day), '[]')
			from renkei.holiday h),
		'holiday_calendars', (select coalesce(jsonb_agg(renkei_api.holiday_calendar_json(c) order by c.country, c.first_day), '[]')
			from renkei.holiday_calendar c),
		'reminder_stages', (select coalesce(jsonb_agg(jsonb_build_object('days', s.days) order by s.days), '[]') from renkei.reminder_stage s),
		'deadline_rules', (select coalesce(jsonb_agg(renkei_api.deadline_rule_json(r) order by r.first_fiscal_year, r.quarter, r.variant = 'regular'), '[]')
			from renkei.deadline_rule r),
		'evaluation_notes', (select coalesce(jsonb_agg(renkei_api.evaluation_note_json(n)
				order by n.first_fiscal_year, n.last_fiscal_year, n.number), '[]')
			from renkei.evaluation_note n),
		'programme_facts', (select coalesce(jsonb_agg(renkei_api.programme_fact_json(f) order by f.fact_id), '[]') from renkei.programme_fact f),
		'evaluation_texts', (select coalesce(jsonb_agg(renkei_api.evaluation_text_json(t) order by t.first_fiscal_year, t.last_fiscal_year, t.place), '[]')
			from renkei.evaluation_text t),
		'evaluation_statements', (select coalesce(jsonb_agg(renkei_api.evaluation_statement_json(t)
				order by t.first_fiscal_year, t.last_fiscal_year, t.statement_id), '[]') from renkei.evaluation_statement t),
		'evaluation_rows', (select coalesce(jsonb_agg(r.record order by r.id), '[]') from renkei_api.evaluation_rows() r)));
end $$;
grant execute on function renkei_api.get_registry to renkei_daemon;
