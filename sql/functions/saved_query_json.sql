-- renkei_api.saved_query_json - a question that was kept.      Returns  proto3 JSON of renkei.v1.SavedQuery.
create function renkei_api.saved_query_json(p renkei.saved_query) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('name', p.name, 'version', p.version, 'digest', encode(p.digest, 'hex'), 'description', p.description,
		'removed', p.question is null, 'saved_at', renkei.time_json(p.saved_at), 'saved_by', p.principal_uri,
		'query', case when p.question is not null then jsonb_build_object(
			'measures', (select jsonb_agg('MEASURE_' || upper(m.name) order by m.place) from jsonb_array_elements_text(p.question -> 'measures') with ordinality as m (name, place)),
			'group_by', (select jsonb_agg('DIMENSION_' || upper(d.name) order by d.place) from jsonb_array_elements_text(p.question -> 'group_by') with ordinality as d (name, place)),
			'where', (select jsonb_agg(jsonb_build_object('dimension', 'DIMENSION_' || upper(w.key), 'values', w.value) order by w.key) from jsonb_each(p.question -> 'where') w),
			'first_fiscal_year', p.question -> 'first_fiscal_year', 'last_fiscal_year', p.question -> 'last_fiscal_year',
			'include_submitted', p.question -> 'include_submitted') end))
$$;
