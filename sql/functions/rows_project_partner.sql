-- renkei_api.rows_project_partner - Chinese governments of projects as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.project_partner.
create function renkei_api.rows_project_partner(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.project_partner
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		a.record ->> 'project_id',
		t.place,
		t.value
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> 'projects') as a (record)
		cross join lateral jsonb_array_elements_text(a.record -> 'partner_codes') with ordinality as t (value, place)
$$;
