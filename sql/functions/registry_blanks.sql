-- renkei_api.registry_blanks - what the records of an import need and do not have, or have with a number that is no word of theirs.
-- Takes    renkei.v1.Registry.
-- Returns  one row a mistake: the place, the id of its record, the name of the field.
create function renkei_api.registry_blanks(p_registry jsonb) returns table (field text, id text, name text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with wanted as (
		select r.at || '.' || n.name as at, r.id, n.name, case when r.record ->> 'off' = 'true' then 'off' else r.record ->> n.name end as value, n.prefix
		from renkei_api.registry_records(p_registry) r
		join (values ('municipality', 'name_ja', null), ('municipality', 'kind', 'MUNICIPALITY_KIND_'), ('partner_government', 'name_ja', null),
			('partner_government', 'name_zh', null), ('partner_government', 'level', 'PARTNER_LEVEL_'), ('holiday', 'name', null),
			('evaluation_note', 'text', null), ('programme_fact', 'kind', 'FACT_KIND_'), ('programme_fact', 'status', 'FACT_STATUS_'),
			('programme_fact', 'scope', 'FACT_SCOPE_'), ('programme_fact', 'note', null), ('evaluation_text', 'place', 'EVALUATION_PLACE_'),
			('evaluation_text', 'text', null), ('evaluation_statement', 'part', 'EVALUATION_PART_'), ('evaluation_statement', 'text', null)) as n (entity, name, prefix) on n.entity = r.entity
		union all
		select format('%s.%s[%s].%s', r.at, l.list, t.place - 1, l.name), r.id, l.name, t.record ->> l.name, l.prefix
		from renkei_api.registry_records(p_registry) r
		cross join (values ('schemes', 'scheme', 'PAYER_'), ('type_history', 'type', 'COOPERATION_TYPE_')) as l (list, name, prefix)
		cross join lateral jsonb_array_elements(r.record -> l.list) with ordinality as t (record, place)
		where coalesce(t.record ->> 'receipt_number', '') = ''
		union all
		-- A cooperation of nobody with nobody.
		select r.at || '.municipality_code', r.id, 'municipality_code', null, null from renkei_api.registry_records(p_registry) r
		where r.entity = 'cooperation' and concat(r.record ->> 'municipality_code', r.record ->> 'partner_code') = ''
		union all
		select r.at || '.source.publisher', r.id, 'publisher', r.record -> 'source' ->> 'publisher', null from renkei_api.registry_records(p_registry) r
		where r.entity = 'programme_fact'
	)
	select w.at, w.id, w.name from wanted w
	where coalesce(case when w.prefix is null then w.value else renkei.word(w.value, w.prefix) end, '') = ''
$$;
