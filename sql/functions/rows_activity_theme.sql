-- renkei_api.rows_activity_theme - themes of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_theme.
create function renkei_api.rows_activity_theme(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_theme
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		t.place,
		renkei.word(t.value, 'THEME_')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral jsonb_array_elements_text(v.record -> 'themes') with ordinality as t (value, place)
$$;
