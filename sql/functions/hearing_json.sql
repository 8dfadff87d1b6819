-- renkei_api.hearing_json - what a municipality said at a meeting, with its tags and the municipality's answer, as proto3 JSON of renkei.v1.Hearing.
create function renkei_api.hearing_json(p renkei.meeting_record) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('municipality_code', p.municipality_code,
		'municipality_name_ja', (select m.name_ja from renkei.municipality m where m.municipality_code = p.municipality_code),
		'wording', p.wording, 'attendants', p.attendants, 'text', p.text,
		'tags', (select jsonb_agg(jsonb_build_object('statement_id', t.statement_id, 'stance', 'STANCE_' || upper(t.stance)) order by t.statement_id)
			from renkei.meeting_tag t where t.municipality_code = p.municipality_code and t.fiscal_year = p.fiscal_year and t.serial = p.serial
				and t.wording = p.wording),
		'sha256', encode(p.sha256, 'hex'), 'recorded_at', renkei.time_json(p.recorded_at), 'recorded_by', p.principal_uri,
		'state', 'HEARING_STATE_' || case when a.answered_at is null then 'RECORDED' when a.confirmed then 'CONFIRMED' else 'OBJECTED' end,
		'answer', a.text, 'answered_at', renkei.time_json(a.answered_at), 'answered_by', a.principal_uri,
		'disclosure', 'DISCLOSURE_' || upper(a.disclosure)))
	from (select) as one
	left join lateral (select a.* from renkei.meeting_answer a where a.municipality_code = p.municipality_code and a.fiscal_year = p.fiscal_year
			and a.serial = p.serial and a.wording = p.wording order by a.answer desc limit 1) a on true
$$;
