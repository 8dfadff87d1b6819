-- renkei_api.rows_project_body - bodies of projects as they follow from reports.
-- Takes    codes, versions, ids and records of projects, element by element.      Returns  rows of renkei.project_body.
create function renkei_api.rows_project_body(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.project_body
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		t.place,
		t.value
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral jsonb_array_elements_text(v.record -> 'bodies') with ordinality as t (value, place)
$$;
