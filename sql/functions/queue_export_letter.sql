-- renkei_api.queue_export_letter - put a letter about exports into the outbox.
-- Takes    schedule; failed, made_again or corrected; the address, "" = nobody is written to; what it tells, as ExportLetter in proto3 JSON.
-- Writes   renkei.export_letter.
--
-- In the language of the schedule; of one that was removed meanwhile in Japanese.
create function renkei_api.queue_export_letter(p_name text, p_kind text, p_email text, p_facts jsonb, p_now timestamptz) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
	insert into renkei.export_letter (letter_id, schedule, kind, email, language, facts, queued_at, state, next_at)
	select gen_random_uuid(), p_name, p_kind, p_email, coalesce((select s.language from renkei.export_schedule s where s.name = p_name), 'ja'),
		jsonb_strip_nulls(p_facts), p_now, 'queued', p_now
	where p_email <> ''
$$;
