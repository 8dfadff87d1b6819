-- renkei_api.period_explanation - how the deadline of a period comes about, as proto3 JSON of renkei.v1.DueExplanation.
-- Takes    the period.
create function renkei_api.period_explanation(p renkei.reporting_period) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'rule', renkei_api.deadline_rule_json(d.rule),
		'quarter_end', renkei.quarter_end(p.fiscal_year, p.quarter),
		'planned_date', d.planned,
		'skipped', (select jsonb_agg(jsonb_build_object('date', s.day::date, 'weekend', extract(isodow from s.day) > 5, 'name', h.name, 'source', h.source)
				order by s.day)
			from generate_series(d.planned, d.working - 1, interval '1 day') as s (day)
			left join renkei.holiday h on h.country = (d.rule).country and h.day = s.day),
		'due_date', d.working,
		'due_at', renkei.time_json((d.working + time '23:59:59') at time zone 'Asia/Tokyo'),
		'calendar', (select renkei_api.holiday_calendar_json(c) from renkei.holiday_calendar c
			where c.country = (d.rule).country and c.first_day <= d.planned and c.last_day >= d.working order by c.first_day desc limit 1),
		'partner_days_off', (select jsonb_agg(renkei_api.registry_record('holiday', h.country || ' ' || h.day) order by h.day)
			from renkei.holiday h where h.country = 'CN' and h.day between d.working - 14 and d.working),
		'by_rule', p.by_rule,
		'history', (select jsonb_agg(jsonb_build_object('due_at', renkei.time_json(e.due_at), 'by_rule', e.by_rule,
				'due_rule', jsonb_build_object('ja', e.due_rule_ja, 'en', e.due_rule_en, 'zh', e.due_rule_zh),
				'set_at', renkei.time_json(e.set_at), 'principal', e.principal_uri) order by e.entry)
			from renkei.deadline e where e.fiscal_year = p.fiscal_year and e.quarter = p.quarter and e.variant = p.variant)))
	from renkei_api.due_explained(p.fiscal_year, p.quarter, p.variant) d
$$;
