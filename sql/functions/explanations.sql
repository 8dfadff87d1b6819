-- renkei_api.explanations - what measures and dimensions mean, from the catalogue.
-- Takes    their names; null = all.
-- Returns  an array of proto3 JSON of renkei.v1.Explanation: measures first, each in the order of the catalogue.
create function renkei_api.explanations(p_measures text[], p_dimensions text[]) returns jsonb
language sql immutable parallel safe as $$
	select coalesce(jsonb_agg(e.answer order by e.kind, e.place), '[]') from (
		select 0 as kind, m.place, jsonb_strip_nulls(jsonb_build_object('measure', 'MEASURE_' || upper(m.name), 'label', m.label, 'definition', m.definition,
			'unit', m.unit, 'expression', m.value || case m.condition when 'true' then '' else ' where ' || m.condition end,
			'dimensions', (select jsonb_agg('DIMENSION_' || upper(d.name) order by d.place) from renkei_api.dimensions() d
				where (renkei_api.misfit(array[m.name], array[d.name])).dimension is null))) as answer
		from renkei_api.measures() m where p_measures is null or m.name = any (p_measures)
		union all
		select 1, d.place, jsonb_build_object('dimension', 'DIMENSION_' || upper(d.name), 'label', d.label, 'definition', d.definition, 'several', d.several)
		from renkei_api.dimensions() d where p_dimensions is null or d.name = any (p_dimensions)) e
$$;
