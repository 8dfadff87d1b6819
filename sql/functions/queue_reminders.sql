-- renkei_api.queue_reminders - put into the outbox what is to be written now: one letter a person, of all that the municipality owes.
-- Takes    the moment whose day in Japan counts; whether nothing is to be written down.
-- Returns  the letters, as proto3 JSON of renkei.v1.Reminder.      Writes  renkei.reminder, reminder_written.
--
-- Who asks twice, or from two daemons, finds the stages noted, and nothing to write.  The wall is opened for all municipalities and closed again.
create function renkei_api.queue_reminders(p_now timestamptz, p_dry boolean) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	me constant text := coalesce(current_setting('renkei.role', true), '');
	letters renkei.reminder[];
	answer jsonb;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	perform pg_advisory_xact_lock(hashtextextended('reminders', 0));
	with due as (
		select i.*, c.email, c.name, c.language
		from renkei_api.reminder_items(p_now) i join renkei.contact c on c.municipality_code = i.municipality_code
		where not exists (select from renkei.reminder_written w where w.municipality_code = i.municipality_code and w.email = c.email
			and w.fiscal_year = i.fiscal_year and w.quarter = i.quarter and w.variant = i.variant and w.due_day = i.due_day and w.days = i.days)
	)
	select array_agg(row(l.municipality_code, gen_random_uuid(), l.email, l.name, l.language, l.items, p_now, 'queued', 0, p_now, null, null)::renkei.reminder
		order by l.municipality_code, l.email)
	into letters
	from (select d.municipality_code, d.email, d.name, d.language, jsonb_agg(d.item order by d.due_day, d.fiscal_year, d.quarter, d.variant) as items
		from due d group by d.municipality_code, d.email, d.name, d.language) l;
	if not p_dry then
		insert into renkei.reminder select u.* from unnest(letters) u;
		insert into renkei.reminder_written (municipality_code, email, fiscal_year, quarter, variant, due_day, days, reminder_id)
		select l.municipality_code, l.email, (i.item #>> '{period,fiscal_year}')::smallint, substr(i.item #>> '{period,quarter}', 10)::smallint,
			renkei.word(i.item #>> '{period,variant}', 'VARIANT_'), ((i.item ->> 'due_at')::timestamptz at time zone 'Asia/Tokyo')::date,
			(i.item ->> 'stage_days')::smallint, l.reminder_id
		from unnest(letters) l cross join lateral jsonb_array_elements(l.items) as i (item);
	end if;
	answer := coalesce((select jsonb_agg(renkei_api.reminder_json(u)) from unnest(letters) u), '[]');
	perform set_config('renkei.tenant', own, true), set_config('renkei.role', me, true);
	return answer;
end $$;
