-- renkei_api.queue_reminders - put into the outbox what is to be written now: one letter a person, of all that the municipality owes, and of what became of
-- its reports.
-- Takes    the moment, whose day in Japan counts; whether nothing is to be written down; whether what is owed is told too; for how long after a letter
--          about its reports a municipality's notices wait for the next one.
-- Returns  the letters, as proto3 JSON of renkei.v1.Reminder.      Writes  renkei.reminder, reminder_written, notice.
--
-- Who asks twice, or from two daemons, finds stages and notices noted, and nothing to write.  A notice that nobody wants to hear of, or of more than three
-- days ago, is noted too: who is set as a contact later is not told old news.  The wall is opened for all municipalities and closed again.
create function renkei_api.queue_reminders(p_now timestamptz, p_dry boolean, p_owed boolean, p_rest interval) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	me constant text := coalesce(current_setting('renkei.role', true), '');
	fresh bigint[];
	letters renkei.reminder[];
	answer jsonb;
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	perform pg_advisory_xact_lock(hashtextextended('reminders', 0));
	fresh := array(select n.notice_number from renkei.notice n where n.planned_at is null and n.noticed_at <= p_now
		and not exists (select from renkei.reminder r where r.municipality_code = n.municipality_code and r.notices <> '[]'
			and r.queued_at > p_now - p_rest and r.queued_at <= p_now));
	with due as (
		select i.*, c.email, c.name, c.language
		from renkei_api.reminder_items(p_now) i join renkei.contact c on c.municipality_code = i.municipality_code and 'deadline' = any (c.topics)
		where p_owed and not exists (select from renkei.reminder_written w where w.municipality_code = i.municipality_code and w.email = c.email
			and w.fiscal_year = i.fiscal_year and w.quarter = i.quarter and w.variant = i.variant and w.due_day = i.due_day and w.days = i.days)
	), news as materialized (
		select n.municipality_code, n.notice_number, n.topic, renkei_api.notice_json(n) as notice
		from renkei.notice n where n.planned_at is null and n.notice_number = any (fresh) and n.noticed_at > p_now - interval '3 days'
	), told as (
		select n.municipality_code, n.notice_number, n.notice, c.email, c.name, c.language
		from news n join renkei.contact c on c.municipality_code = n.municipality_code and n.topic = any (c.topics)
		where n.notice is not null
	), part as (
		select d.municipality_code, d.email, d.name, d.language, d.item, d.due_day, d.fiscal_year, d.quarter, d.variant,
			null::bigint as notice_number, null::jsonb as notice
		from due d
		union all
		select t.municipality_code::text, t.email, t.name, t.language, null, null, null, null, null, t.notice_number, t.notice from told t
	)
	select array_agg(row(l.municipality_code, gen_random_uuid(), l.email, l.name, l.language, l.items, p_now, 'queued', 0, p_now, null, null,
		l.notices, l.numbers)::renkei.reminder order by l.municipality_code, l.email)
	into letters
	from (select p.municipality_code, p.email, p.name, p.language,
			coalesce(jsonb_agg(p.item order by p.due_day, p.fiscal_year, p.quarter, p.variant) filter (where p.item is not null), '[]') as items,
			coalesce(jsonb_agg(p.notice order by p.notice_number) filter (where p.notice is not null), '[]') as notices,
			coalesce(array_agg(p.notice_number order by p.notice_number) filter (where p.notice is not null), '{}') as numbers
		from part p group by p.municipality_code, p.email, p.name, p.language) l;
	if not p_dry then
		insert into renkei.reminder select u.* from unnest(letters) u;
		insert into renkei.reminder_written (municipality_code, email, fiscal_year, quarter, variant, due_day, days, reminder_id)
		select l.municipality_code, l.email, (i.item #>> '{period,fiscal_year}')::smallint, substr(i.item #>> '{period,quarter}', 10)::smallint,
			renkei.word(i.item #>> '{period,variant}', 'VARIANT_'), ((i.item ->> 'due_at')::timestamptz at time zone 'Asia/Tokyo')::date,
			(i.item ->> 'stage_days')::smallint, l.reminder_id
		from unnest(letters) l cross join lateral jsonb_array_elements(l.items) as i (item);
		update renkei.notice n set planned_at = p_now where n.planned_at is null and n.notice_number = any (fresh);
	end if;
	answer := coalesce((select jsonb_agg(renkei_api.reminder_json(u)) from unnest(letters) u), '[]');
	perform set_config('renkei.tenant', own, true), set_config('renkei.role', me, true);
	return answer;
end $$;
