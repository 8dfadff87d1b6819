-- renkei_api.registry_mistakes - all that is wrong with the records of an import, seen before anything is stored.
-- Takes    renkei.v1.Registry.
-- Returns  one row a mistake, in the order of the records: the place of the record, the field, the reason, values for its sentence.
create function renkei_api.registry_mistakes(p_registry jsonb) returns table (at text, field text, reason text, metadata jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with item as materialized (
		select r.*, coalesce(r.id, r.at) as known_as, row_number() over (partition by r.entity, r.id order by r.step) as nth
		from renkei_api.registry_records(p_registry) r
	), mention as materialized (
		select c.*, case c.system when 'municipality' then coalesce(renkei.is_lg_code(c.code), false) else c.code ~ '^[1-9][0-9]{5}$' end as well_formed
		from renkei_api.registry_codes(p_registry) c
	), fact (field, reason, metadata) as (
		select i.at, 'REGISTRY_TWICE', jsonb_build_object('id', i.id) from item i where i.nth > 1 and i.id is not null
		union all
		select c.field, case c.system when 'partner' then 'REGISTRY_PARTNER_CODE_WRONG' else 'REGISTRY_CODE_WRONG' end,
			jsonb_build_object('value', left(c.code, 40)) from mention c where not c.well_formed
		union all
		select c.field, case c.system when 'partner' then 'PARTNER_NOT_FOUND' else 'MUNICIPALITY_NOT_FOUND' end,
			jsonb_build_object(c.system || '_code', c.code)
		from mention c where c.well_formed and not c.own
			and not exists (select from mention o where o.own and o.system = c.system and o.code = c.code)
			and not case c.system when 'partner' then exists (select from renkei.partner_government g where g.partner_code::text = c.code)
				else exists (select from renkei.municipality m where m.municipality_code::text = c.code) end
		union all
		select b.field, 'REGISTRY_FIELD_EMPTY', jsonb_build_object('id', coalesce(b.id, b.field), 'field', b.name)
		from renkei_api.registry_blanks(p_registry) b
		union all
		select d.field, d.reason, jsonb_build_object('id', coalesce(d.id, d.field)) from renkei_api.registry_dates(p_registry) d
		union all
		select i.at || c.field, c.reason, jsonb_strip_nulls(jsonb_build_object('id', i.known_as, 'expected', c.expected))
		from item i
		cross join lateral (
			select '.kind' as field, 'REGISTRY_KIND_WRONG' as reason, null as expected where i.entity = 'municipality' and renkei.is_lg_code(i.id)
				and (i.record ->> 'kind' = 'MUNICIPALITY_KIND_PREFECTURE') <> (substr(i.id, 3, 3) = '000')
			union all
			select '.prefecture_code', 'REGISTRY_PREFECTURE_WRONG', left(i.id, 2) where i.entity = 'municipality' and renkei.is_lg_code(i.id)
				and coalesce(i.record ->> 'prefecture_code', '') not in ('', left(i.id, 2))
			union all
			select '.level', 'REGISTRY_LEVEL_WRONG', null where i.entity = 'partner_government' and i.id ~ '^[1-9][0-9]{5}$'
				and (i.record ->> 'level' = 'PARTNER_LEVEL_CITY') = (right(i.id, 4) = '0000')
			union all
			select '.parent_code', 'REGISTRY_PARENT_WRONG', e.expected
			from (select case i.record ->> 'level' when 'PARTNER_LEVEL_CITY' then left(i.id, 2) || '0000' end) as e (expected)
			where i.entity = 'partner_government' and coalesce(i.record ->> 'parent_code', '') not in ('', coalesce(e.expected, ''))
			union all
			select format('.bodies[%s]', b.place - 1), 'REGISTRY_BODY_NAMELESS', null
			from jsonb_array_elements(i.record -> 'bodies') with ordinality as b (record, place)
			where i.entity = 'partner_government' and coalesce(b.record ->> 'name_ja', '') = '' and coalesce(b.record ->> 'name_zh', '') = ''
			union all
			select '.cooperation_id', 'REGISTRY_COOPERATION_ID_WRONG', e.expected
			from (select coalesce(nullif(i.record ->> 'municipality_code', ''), 'platform') || '-'
				|| coalesce(nullif(i.record ->> 'partner_code', ''), 'unknown')) as e (expected)
			where i.entity = 'cooperation' and e.expected is distinct from i.id
			union all
			select '', 'REGISTRY_HOLIDAY_WRONG', null where i.entity = 'holiday' and (coalesce(i.record ->> 'country', '') not in ('JP', 'CN')
				or renkei_api.calendar_day(i.record ->> 'date') is null)
			union all
			select '', 'REGISTRY_CALENDAR_WRONG', null where i.entity = 'holiday_calendar' and not coalesce(i.record ->> 'country' in ('JP', 'CN')
				and renkei_api.calendar_day(i.record ->> 'first_day') <= renkei_api.calendar_day(i.record ->> 'last_day'), false)
			union all
			select '.days', 'REGISTRY_STAGE_WRONG', null where i.entity = 'reminder_stage'
				and coalesce((i.record ->> 'days')::integer, 0) not between -90 and 90
			union all
			select '', 'REGISTRY_RULE_WRONG', null where i.entity = 'deadline_rule' and not coalesce(i.id ~ '^2[01][0-9]{2}Q([1-4]|4F)$'
				and i.record ->> 'country' in ('JP', 'CN') and coalesce((i.record ->> 'days_after_quarter_end')::integer, 0) between -92 and 366, false)
			union all
			select '.period', 'REGISTRY_PERIOD_WRONG', null where i.entity = 'period' and (i.id is null or i.id !~ '^2[01][0-9]{2}Q([1-4]|4F)$')
			union all
			select '.opens_at', 'REGISTRY_OPENS_LATE', null where i.entity = 'period' and i.id ~ '^2[01][0-9]{2}Q([1-4]|4F)$'
				and (i.record ->> 'opens_at')::timestamptz >= coalesce((i.record ->> 'due_at')::timestamptz, (select d.due_at
					from renkei_api.default_due(left(i.id, 4)::integer, substr(i.id, 6, 1)::integer, case when i.id like '%F' then 'forecast' else 'regular' end) d))
			union all
			select '', 'REGISTRY_NOTE_WRONG', null where i.entity = 'evaluation_note' and not coalesce((i.record ->> 'number')::integer between 1 and 32767
				and (i.record ->> 'first_fiscal_year')::integer between 2000 and (i.record ->> 'last_fiscal_year')::integer
				and (i.record ->> 'last_fiscal_year')::integer <= 2199
				and coalesce(i.record -> 'columns', '[]') <@ '["name", "type", "outcomes"]', false)
			union all
			select format('.municipality_codes[%s]', c.place - 1), 'REGISTRY_TWICE', null
			from (select c.place, row_number() over (partition by c.code order by c.place) as nth
				from jsonb_array_elements_text(i.record -> 'municipality_codes') with ordinality as c (code, place)) c
			where i.entity in ('evaluation_note', 'programme_fact') and c.nth > 1
			union all
			select format('.partner_codes[%s]', c.place - 1), 'REGISTRY_TWICE', null
			from (select c.place, row_number() over (partition by c.code order by c.place) as nth
				from jsonb_array_elements_text(i.record -> 'partner_codes') with ordinality as c (code, place)) c
			where i.entity = 'programme_fact' and c.nth > 1
			union all
			select '.fact_id', 'REGISTRY_ID_WRONG', null where i.entity = 'programme_fact' and coalesce(i.id, '') !~ '^[A-Za-z0-9._-]{1,64}$'
			union all
			select '.activity_kind', 'REGISTRY_FACT_KIND_WRONG', null where i.entity = 'programme_fact'
				and (i.record ->> 'kind' = 'FACT_KIND_EVENT') <> (renkei.word(i.record ->> 'activity_kind', 'ACTIVITY_KIND_') is not null)
			union all
			select '.same_as_fact_id', 'REGISTRY_FACT_UNKNOWN', null from (select i.record ->> 'same_as_fact_id' as other) s
			where i.entity = 'programme_fact' and coalesce(s.other, '') <> '' and (s.other = i.id
				or not exists (select from item o where o.entity = 'programme_fact' and o.id = s.other)
				and not exists (select from renkei.programme_fact f where f.fact_id::text = s.other))
			union all
			select '', 'REGISTRY_STATEMENT_WRONG', null where i.entity in ('evaluation_text', 'evaluation_statement', 'evaluation_row')
				and not coalesce((i.record ->> 'first_fiscal_year')::integer between 2000 and (i.record ->> 'last_fiscal_year')::integer
					and (i.record ->> 'last_fiscal_year')::integer <= 2199
					and (i.entity <> 'evaluation_statement' or (i.record ->> 'position')::integer between 1 and 1000
						and i.record ->> 'statement_id' ~ '^[A-Za-z0-9._-]{1,64}$'), false)
			union all
			select format('.bullets[%s]', b.place - 1), 'REGISTRY_BULLET_WRONG', null
			from jsonb_array_elements(i.record -> 'bullets') with ordinality as b (record, place)
			where i.entity = 'evaluation_row' and (coalesce(char_length(b.record ->> 'text'), 0) not between 1 and 400
				or coalesce(jsonb_array_length(b.record -> 'outcome_ids'), 0) = 0
				or exists (select from jsonb_array_elements_text(b.record -> 'outcome_ids') as o (id)
					where not exists (select from renkei.outcome u where u.municipality_code::text = i.record ->> 'municipality_code' and u.outcome_id::text = o.id)))
			union all
			select c.at, 'REGISTRY_CONDITION_WRONG', null from renkei_api.rule_conditions(i.record -> 'rule') c
			where i.entity = 'evaluation_statement' and (renkei.word(c.condition ->> 'test', 'CONDITION_TEST_') is null
				or not exists (select from renkei_api.indicator_catalogue() k where k.indicator_id = c.condition ->> 'indicator_id'))
		) c
	)
	select i.at, f.field, f.reason, f.metadata || jsonb_build_object('entity', i.entity)
	from fact f join item i on f.field = i.at or starts_with(f.field, i.at || '.')
	order by i.step, f.field, f.reason
$$;
