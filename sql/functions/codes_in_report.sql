-- renkei_api.codes_in_report - every code a report mentions beside its own, with its system and its field path.
-- Takes    the document of a report.
-- Returns  one row a mention, in the order of the report's fields: "municipality" or "partner", code, field path.
create function renkei_api.codes_in_report(p_document jsonb) returns table (system text, code text, field text)
language sql stable parallel safe as $$
	select 'municipality', p.record ->> 'municipality_code',
		format('activities[%s].municipalities[%s].municipality_code', a.place - 1, p.place - 1)
	from jsonb_array_elements(p_document -> 'activities') with ordinality as a (record, place)
		cross join lateral jsonb_array_elements(a.record -> 'municipalities') with ordinality as p (record, place)
	union all
	select 'partner', p.record ->> 'partner_code', format('activities[%s].partners[%s].partner_code', a.place - 1, p.place - 1)
	from jsonb_array_elements(p_document -> 'activities') with ordinality as a (record, place)
		cross join lateral jsonb_array_elements(a.record -> 'partners') with ordinality as p (record, place)
	union all
	select 'partner', p.record ->> 'partner_code', format('activities[%s].cost_lines[%s].partner_code', a.place - 1, p.place - 1)
	from jsonb_array_elements(p_document -> 'activities') with ordinality as a (record, place)
		cross join lateral jsonb_array_elements(a.record -> 'cost_lines') with ordinality as p (record, place)
	where p.record ? 'partner_code'
	union all
	select 'municipality', p.record ->> 'municipality_code',
		format('activities[%s].cost_lines[%s].municipality_code', a.place - 1, p.place - 1)
	from jsonb_array_elements(p_document -> 'activities') with ordinality as a (record, place)
		cross join lateral jsonb_array_elements(a.record -> 'cost_lines') with ordinality as p (record, place)
	where p.record ? 'municipality_code'
	union all
	select 'municipality', a.record ->> 'municipality_code', format('cost_lines[%s].municipality_code', a.place - 1)
	from jsonb_array_elements(p_document -> 'cost_lines') with ordinality as a (record, place)
	where a.record ? 'municipality_code'
	union all
	select 'municipality', a.record ->> 'same_as_municipality_code', format('activities[%s].same_as_municipality_code', a.place - 1)
	from jsonb_array_elements(p_document -> 'activities') with ordinality as a (record, place)
	where a.record ? 'same_as_municipality_code'
	union all
	select 'partner', a.record ->> 'partner_code', format('%s[%s].partner_code', l.name, a.place - 1)
	from unnest(array['type_changes', 'needs', 'policy_contributions', 'cost_lines', 'intentions']) as l (name)
		cross join lateral jsonb_array_elements(p_document -> l.name) with ordinality as a (record, place)
	where a.record ? 'partner_code'
	union all
	select 'municipality', a.record ->> 'passed_to_municipality_code', format('needs[%s].passed_to_municipality_code', a.place - 1)
	from jsonb_array_elements(p_document -> 'needs') with ordinality as a (record, place)
	where a.record ? 'passed_to_municipality_code'
	union all
	select 'partner', c.code, format('projects[%s].partner_codes[%s]', a.place - 1, c.place - 1)
	from jsonb_array_elements(p_document -> 'projects') with ordinality as a (record, place)
		cross join lateral jsonb_array_elements_text(a.record -> 'partner_codes') with ordinality as c (code, place)
	union all
	select 'municipality', c.code, format('projects[%s].municipality_codes[%s]', a.place - 1, c.place - 1)
	from jsonb_array_elements(p_document -> 'projects') with ordinality as a (record, place)
		cross join lateral jsonb_array_elements_text(a.record -> 'municipality_codes') with ordinality as c (code, place)
$$;
