-- renkei_api.key_products - every combination of a thing's values in some dimensions.
-- Takes    {"dimension": ["value", ...]}; the dimensions, in order.      Returns  one array of values a combination.
create function renkei_api.key_products(p_values jsonb, p_dimensions text[]) returns setof text[]
language sql immutable parallel safe as $$
	with recursive step (depth, keys) as (
		select 0, '{}'::text[]
		union all
		select s.depth + 1, s.keys || v.value
		from step s cross join lateral jsonb_array_elements_text(p_values -> p_dimensions[s.depth + 1]) as v (value)
		where s.depth < cardinality(p_dimensions)
	)
	select s.keys from step s where s.depth = cardinality(p_dimensions)
$$;
