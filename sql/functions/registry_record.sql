-- renkei_api.registry_record - one record of the registry as it is read.
-- Takes    the kind of record ("municipality", "partner_government", "cooperation", "period", "holiday", "holiday_calendar", "deadline_rule",
--          "evaluation_note", "reminder_stage", "programme_fact", "evaluation_text", "evaluation_statement", "evaluation_row"); its id.
-- Returns  its proto3 JSON; null when there is none.
create function renkei_api.registry_record(p_entity text, p_id text) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	case p_entity
	when 'municipality' then
		return (select renkei_api.municipality_json(m) from renkei.municipality m where m.municipality_code::text = p_id);
	when 'partner_government' then
		return (select renkei_api.partner_json(g) from renkei.partner_government g where g.partner_code::text = p_id);
	when 'cooperation' then
		return (select renkei_api.cooperation_json(c) from renkei.cooperation c where c.cooperation_id = p_id);
	when 'period' then
		return (select renkei_api.reporting_period_json(t) from renkei.reporting_period t
			where renkei.period_tag(t.fiscal_year, t.quarter, t.variant) = p_id);
	when 'holiday' then
		return (select jsonb_strip_nulls(jsonb_build_object('country', h.country, 'date', h.day, 'name', h.name, 'source', h.source))
			from renkei.holiday h where h.country || ' ' || h.day = p_id);
	when 'holiday_calendar' then
		return (select renkei_api.holiday_calendar_json(c) from renkei.holiday_calendar c where c.country || ' ' || c.first_day = p_id);
	when 'reminder_stage' then
		return (select jsonb_build_object('days', s.days) from renkei.reminder_stage s where s.days::text = p_id);
	when 'deadline_rule' then
		return (select renkei_api.deadline_rule_json(r) from renkei.deadline_rule r
			where renkei.period_tag(r.first_fiscal_year, r.quarter, r.variant) = p_id);
	when 'programme_fact' then
		return (select renkei_api.programme_fact_json(f) from renkei.programme_fact f where f.fact_id::text = p_id);
	when 'evaluation_text' then
		return (select renkei_api.evaluation_text_json(t) from renkei.evaluation_text t
			where format('FY%s-%s %s', t.first_fiscal_year, t.last_fiscal_year, t.place) = p_id);
	when 'evaluation_statement' then
		return (select renkei_api.evaluation_statement_json(t) from renkei.evaluation_statement t
			where format('FY%s-%s %s', t.first_fiscal_year, t.last_fiscal_year, t.statement_id) = p_id);
	when 'evaluation_row' then
		return (select r.record from renkei_api.evaluation_rows() r where r.id = p_id);
	else
		return (select renkei_api.evaluation_note_json(n) from renkei.evaluation_note n
			where format('FY%s-%s %s', n.first_fiscal_year, n.last_fiscal_year, n.number) = p_id);
	end case;
end $$;
