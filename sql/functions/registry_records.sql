-- renkei_api.registry_records - the records of an import in the order in which they are stored.
-- Takes    renkei.v1.Registry.
-- Returns  one row a record: its kind, its place ("registry.periods[0]"), itself, and its id: null when it has none.
create function renkei_api.registry_records(p_registry jsonb) returns table (step integer, entity text, at text, record jsonb, id text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select row_number() over (order by l.step, t.place)::integer, l.entity, format('registry.%s[%s]', l.list, t.place - 1), t.record, nullif(case l.entity
		when 'municipality' then t.record ->> 'municipality_code'
		when 'partner_government' then t.record ->> 'partner_code'
		when 'cooperation' then t.record ->> 'cooperation_id'
		when 'holiday' then concat_ws(' ', t.record ->> 'country', t.record ->> 'date')
		when 'holiday_calendar' then concat_ws(' ', t.record ->> 'country', t.record ->> 'first_day')
		when 'reminder_stage' then coalesce(t.record ->> 'days', '0')
		when 'deadline_rule' then renkei.period_tag((t.record ->> 'first_fiscal_year')::integer,
			substring(t.record ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer, coalesce(renkei.word(t.record ->> 'variant', 'VARIANT_'), 'regular'))
		when 'period' then renkei.period_tag((t.record -> 'period' ->> 'fiscal_year')::integer,
			substring(t.record -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer,
			coalesce(renkei.word(t.record -> 'period' ->> 'variant', 'VARIANT_'), 'regular'))
		when 'programme_fact' then t.record ->> 'fact_id'
		when 'evaluation_text' then format('FY%s-%s %s', t.record ->> 'first_fiscal_year', t.record ->> 'last_fiscal_year',
			coalesce(renkei.word(t.record ->> 'place', 'EVALUATION_PLACE_'), ''))
		when 'evaluation_statement' then format('FY%s-%s %s', t.record ->> 'first_fiscal_year', t.record ->> 'last_fiscal_year', t.record ->> 'statement_id')
		when 'evaluation_row' then format('FY%s-%s %s', t.record ->> 'first_fiscal_year', t.record ->> 'last_fiscal_year', t.record ->> 'municipality_code')
		else format('FY%s-%s %s', t.record ->> 'first_fiscal_year', t.record ->> 'last_fiscal_year', t.record ->> 'number') end, '')
	from (values (1, 'municipality', 'municipalities'), (2, 'partner_government', 'partner_governments'),
		(3, 'cooperation', 'cooperations'), (4, 'holiday', 'holidays'), (5, 'holiday_calendar', 'holiday_calendars'),
		(6, 'deadline_rule', 'deadline_rules'), (7, 'period', 'periods'), (8, 'evaluation_note', 'evaluation_notes'),
		(9, 'reminder_stage', 'reminder_stages'),
		(10, 'programme_fact', 'programme_facts'), (11, 'evaluation_text', 'evaluation_texts'), (12, 'evaluation_statement', 'evaluation_statements'),
		(13, 'evaluation_row', 'evaluation_rows')) as l (step, entity, list)
	cross join lateral jsonb_array_elements(p_registry -> l.list) with ordinality as t (record, place)
$$;
