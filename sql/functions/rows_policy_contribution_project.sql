-- renkei_api.rows_policy_contribution_project - projects of contributions to policy as they follow from reports.
-- Takes    codes, versions, ids and records of contributions, element by element.      Returns  rows of renkei.policy_contribution_project.
create function renkei_api.rows_policy_contribution_project(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.policy_contribution_project
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		t.place,
		t.value
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral jsonb_array_elements_text(v.record -> 'project_ids') with ordinality as t (value, place)
$$;
