-- renkei_api.rows_outcome_evidence - evidence of outcomes beside events as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.outcome_evidence.
create function renkei_api.rows_outcome_evidence(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.outcome_evidence
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		a.record ->> 'outcome_id',
		t.place,
		t.value
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> 'outcomes') as a (record)
		cross join lateral jsonb_array_elements_text(a.record -> 'evidence') with ordinality as t (value, place)
$$;
