-- renkei_api.rows_activity_scheme - schemes of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_scheme.
create function renkei_api.rows_activity_scheme(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_scheme
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		t.place,
		renkei.word(t.value, 'PAYER_')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral jsonb_array_elements_text(v.record -> 'schemes') with ordinality as t (value, place)
$$;
