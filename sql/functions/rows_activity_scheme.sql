-- renkei_api.rows_activity_scheme - schemes of events as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.activity_scheme.
create function renkei_api.rows_activity_scheme(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.activity_scheme
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		a.record ->> 'activity_id',
		t.place,
		renkei.word(t.value, 'PAYER_')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> 'activities') as a (record)
		cross join lateral jsonb_array_elements_text(a.record -> 'schemes') with ordinality as t (value, place)
$$;
