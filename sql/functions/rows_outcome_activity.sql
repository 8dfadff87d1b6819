-- renkei_api.rows_outcome_activity - evidence of outcomes as they follow from reports.
-- Takes    codes, versions, ids and records of outcomes, element by element.      Returns  rows of renkei.outcome_activity.
create function renkei_api.rows_outcome_activity(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.outcome_activity
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		t.place,
		t.value
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral jsonb_array_elements_text(v.record -> 'activity_ids') with ordinality as t (value, place)
$$;
