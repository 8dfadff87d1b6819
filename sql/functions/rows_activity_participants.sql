-- renkei_api.rows_activity_participants - numbers of people of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_participants.
create function renkei_api.rows_activity_participants(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_participants
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		r.ordinality,
		renkei.word(r.side, 'SIDE_'),
		renkei.word(r.category, 'PARTICIPANT_CATEGORY_'),
		r.persons,
		r.person_times,
		r.person_days,
		renkei.word(r.basis, 'COUNT_BASIS_')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral rows from (jsonb_to_recordset(v.record -> 'participants') as (side text, category text, persons integer, person_times integer, person_days integer, basis text)) with ordinality as r
$$;
