-- renkei_api.counts_add - add three numbers to those kept under a name.
create function renkei_api.counts_add(p_counts jsonb, p_name text, p_a bigint, p_b bigint, p_c bigint) returns jsonb
language sql immutable parallel safe as $$
	select p_counts || jsonb_build_object(p_name, jsonb_build_array(coalesce((p_counts -> p_name ->> 0)::bigint, 0) + p_a,
		coalesce((p_counts -> p_name ->> 1)::bigint, 0) + p_b, coalesce((p_counts -> p_name ->> 2)::bigint, 0) + p_c))
$$;
