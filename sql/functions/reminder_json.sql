-- renkei_api.reminder_json - a letter of the outbox as proto3 JSON of renkei.v1.Reminder.
create function renkei_api.reminder_json(p renkei.reminder) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('reminder_id', p.reminder_id, 'municipality_code', p.municipality_code,
		'municipality_name_ja', m.name_ja, 'municipality_name_en', m.name_en, 'municipality_name_zh', m.name_zh,
		'email', p.email, 'name', p.name, 'language', p.language, 'items', p.items, 'notices', p.notices, 'state', 'REMINDER_STATE_' || upper(p.state),
		'queued_at', renkei.time_json(p.queued_at), 'attempts', p.attempts, 'settled_at', renkei.time_json(p.settled_at), 'problem', p.problem))
	from renkei.municipality m where m.municipality_code = p.municipality_code
$$;
