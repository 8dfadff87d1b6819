-- renkei_api.rows_project_body - bodies of projects as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.project_body.
create function renkei_api.rows_project_body(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.project_body
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		a.record ->> 'project_id',
		t.place,
		t.value
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> 'projects') as a (record)
		cross join lateral jsonb_array_elements_text(a.record -> 'bodies') with ordinality as t (value, place)
$$;
