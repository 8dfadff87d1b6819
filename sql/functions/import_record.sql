-- renkei_api.import_record - put one record of an import into the registry.
-- Takes    its kind; the record.      Errors   RK400 REGISTRY_HISTORY_CHANGED; what the tables refuse.
create function renkei_api.import_record(p_entity text, p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	case p_entity
	when 'municipality' then perform renkei_api.import_municipality(p);
	when 'partner_government' then perform renkei_api.import_partner(p);
	when 'cooperation' then perform renkei_api.import_cooperation(p);
	when 'period' then perform renkei_api.import_period(p);
	when 'holiday' then
		insert into renkei.holiday (country, day, name, source)
		values (p ->> 'country', (p ->> 'date')::date, p ->> 'name', nullif(p ->> 'source', ''))
		on conflict (country, day) do update set name = excluded.name, source = excluded.source;
	when 'holiday_calendar' then
		insert into renkei.holiday_calendar (country, first_day, last_day, source)
		values (p ->> 'country', (p ->> 'first_day')::date, (p ->> 'last_day')::date, nullif(p ->> 'source', ''))
		on conflict (country, first_day) do update set last_day = excluded.last_day, source = excluded.source;
	when 'reminder_stage' then
		if coalesce((p ->> 'off')::boolean, false) then
			delete from renkei.reminder_stage s where s.days = coalesce((p ->> 'days')::smallint, 0);
		else
			insert into renkei.reminder_stage (days) values (coalesce((p ->> 'days')::smallint, 0)) on conflict on constraint reminder_stage_pk do nothing;
		end if;
	when 'deadline_rule' then
		insert into renkei.deadline_rule (first_fiscal_year, quarter, variant, days_after_quarter_end, country, source)
		values ((p ->> 'first_fiscal_year')::smallint, substr(p ->> 'quarter', 10)::smallint, coalesce(renkei.word(p ->> 'variant', 'VARIANT_'), 'regular'),
			coalesce((p ->> 'days_after_quarter_end')::smallint, 0), p ->> 'country', nullif(p ->> 'source', ''))
		on conflict (first_fiscal_year, quarter, variant) do update set days_after_quarter_end = excluded.days_after_quarter_end,
			country = excluded.country, source = excluded.source;
	when 'programme_fact' then perform renkei_api.import_fact(p);
	when 'evaluation_text' then
		insert into renkei.evaluation_text (first_fiscal_year, last_fiscal_year, place, text)
		values ((p ->> 'first_fiscal_year')::integer, (p ->> 'last_fiscal_year')::integer, renkei.word(p ->> 'place', 'EVALUATION_PLACE_'), p ->> 'text')
		on conflict (first_fiscal_year, last_fiscal_year, place) do update set text = excluded.text;
	when 'evaluation_statement' then
		insert into renkei.evaluation_statement (first_fiscal_year, last_fiscal_year, statement_id, part, position, text, rule)
		values ((p ->> 'first_fiscal_year')::integer, (p ->> 'last_fiscal_year')::integer, p ->> 'statement_id',
			renkei.word(p ->> 'part', 'EVALUATION_PART_'), (p ->> 'position')::integer, p ->> 'text', coalesce(p -> 'rule', '{}'))
		on conflict (first_fiscal_year, last_fiscal_year, statement_id) do update set part = excluded.part, position = excluded.position,
			text = excluded.text, rule = excluded.rule;
	when 'evaluation_row' then perform renkei_api.import_evaluation_row(p);
	else perform renkei_api.import_note(p);
	end case;
end $$;
