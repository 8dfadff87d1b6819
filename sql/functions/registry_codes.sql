-- renkei_api.registry_codes - every code in an import, with its system.
-- Takes    renkei.v1.Registry.
-- Returns  one row a mention: the place, "municipality" or "partner", the code; whether it names the record itself, not another one.
create function renkei_api.registry_codes(p_registry jsonb) returns table (field text, system text, code text, own boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select r.at || '.' || c.system || '_code', c.system, coalesce(r.record ->> (c.system || '_code'), ''), r.entity <> 'cooperation'
	from renkei_api.registry_records(p_registry) r
	join (values ('municipality', 'municipality'), ('partner_government', 'partner'), ('cooperation', 'municipality'),
		('cooperation', 'partner')) as c (entity, system) on c.entity = r.entity
	where r.entity <> 'cooperation' or coalesce(r.record ->> (c.system || '_code'), '') <> ''
	union all
	select format('%s.municipality_codes[%s]', r.at, c.place - 1), 'municipality', c.code, false
	from renkei_api.registry_records(p_registry) r
	cross join lateral jsonb_array_elements_text(r.record -> 'municipality_codes') with ordinality as c (code, place)
	where r.entity in ('evaluation_note', 'programme_fact')
	union all
	select format('%s.partner_codes[%s]', r.at, c.place - 1), 'partner', c.code, false
	from renkei_api.registry_records(p_registry) r
	cross join lateral jsonb_array_elements_text(r.record -> 'partner_codes') with ordinality as c (code, place)
	where r.entity = 'programme_fact'
	union all
	select r.at || '.same_as_municipality_code', 'municipality', r.record ->> 'same_as_municipality_code', false
	from renkei_api.registry_records(p_registry) r
	where r.entity = 'programme_fact' and coalesce(r.record ->> 'same_as_municipality_code', '') <> ''
	union all
	select r.at || '.municipality_code', 'municipality', coalesce(r.record ->> 'municipality_code', ''), false
	from renkei_api.registry_records(p_registry) r where r.entity = 'evaluation_row'
$$;
