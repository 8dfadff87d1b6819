-- renkei_api.period_json - a period as proto3 JSON of renkei.v1.Period.
create function renkei_api.period_json(p_fiscal_year integer, p_quarter integer, p_variant text) returns jsonb
language sql immutable parallel safe as $$
	select jsonb_build_object('fiscal_year', p_fiscal_year, 'quarter', 'QUARTER_Q' || p_quarter, 'variant', 'VARIANT_' || upper(p_variant))
$$;
