-- renkei_api.misfit - the first of these measures that has not got one of these dimensions.
-- Takes    names of renkei_api.measures and of renkei_api.dimensions.
-- Returns  measure and dimension; both null when all fit.
create function renkei_api.misfit(p_measures text[], p_dimensions text[], out measure text, out dimension text)
language sql immutable parallel safe as $$
	select m.name, d.name from renkei_api.measures() m cross join unnest(p_dimensions) with ordinality as d (name, place)
	where m.name = any (p_measures) and not exists (select from renkei_api.dimension_sources() s where s.dimension = d.name
		and (s.population = m.population or s.population = 'event' and m.population in ('people', 'cost')))
	order by d.place, m.place limit 1
$$;
