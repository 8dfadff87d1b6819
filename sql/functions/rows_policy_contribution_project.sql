-- renkei_api.rows_policy_contribution_project - projects of contributions to policy as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.policy_contribution_project.
create function renkei_api.rows_policy_contribution_project(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.policy_contribution_project
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		a.record ->> 'contribution_id',
		t.place,
		t.value
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> 'policy_contributions') as a (record)
		cross join lateral jsonb_array_elements_text(a.record -> 'project_ids') with ordinality as t (value, place)
$$;
