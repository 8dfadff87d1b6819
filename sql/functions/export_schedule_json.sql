-- renkei_api.export_schedule_json - ExportSchedule as proto3 JSON; addresses of people only for the secretariat, which writes them, and the operator, who sends.
create function renkei_api.export_schedule_json(p renkei.export_schedule) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('name', p.name, 'calendar', p.calendar, 'time_zone', p.time_zone, 'formats', p.formats, 'all_versions', p.all_versions,
		'planned', p.planned, 'public_only', p.public_only, 'without_free_text', not p.free_text, 'without_company_names', not p.company_names,
		'keep', p.keep, 'paused', p.paused, 'handled_to', renkei.time_json(p.handled_to), 'changed_at', renkei.time_json(p.changed_at),
		'command', p.command, 'recipients', case when current_setting('renkei.role', true) in ('secretariat', 'operator') then p.recipients end, 'language', p.language, 'since', p.base))
$$;
