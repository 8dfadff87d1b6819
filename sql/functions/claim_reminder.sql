-- renkei_api.claim_reminder - the next letter to send; who claims it has it for ten minutes.
-- Takes    the worker letters from begin_work; the moment, null = now.
-- Returns  the letter as proto3 JSON of renkei.v1.Reminder; no row when there is none.      Writes  renkei.reminder.      Errors  RK403.
--
-- What is not owed any more, or was put right meanwhile, is left out, and a letter of nothing, or one that waited for three days, is dropped.
create function renkei_api.claim_reminder(p_now timestamptz) returns table (letter jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	me constant text := coalesce(current_setting('renkei.role', true), '');
	one renkei.reminder;
	still jsonb;
	news jsonb;
	numbers bigint[];
begin
	perform renkei_api.require_role('worker_letters');
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
	loop
		select r.* into one from renkei.reminder r where r.state = 'queued' and r.next_at <= moment
		order by r.queued_at, r.reminder_id limit 1 for update skip locked;
		exit when not found;
		still := (select jsonb_agg(i.item order by i.place) from jsonb_array_elements(one.items) with ordinality as i (item, place)
			where exists (select from renkei_api.status_cells(null, (i.item #>> '{period,fiscal_year}')::integer, (i.item #>> '{period,fiscal_year}')::integer) c
				where c.municipality_code = one.municipality_code::text and renkei_api.period_json(c.fiscal_year, c.quarter, c.variant) = i.item -> 'period'
					and c.expected and (not c.reported or c.state = 'returned')));
		select jsonb_agg(n.notice order by n.place), array_agg(k.notice_number order by n.place) into news, numbers
		from jsonb_array_elements(one.notices) with ordinality as n (notice, place)
		join renkei.notice k on k.municipality_code = one.municipality_code and k.notice_number = one.notice_numbers[n.place]
		where renkei_api.notice_json(k) is not null;
		if still is null and news is null or one.queued_at < moment - interval '3 days' then
			update renkei.reminder r set state = 'dropped', settled_at = moment
			where r.municipality_code = one.municipality_code and r.reminder_id = one.reminder_id;
			continue;
		end if;
		update renkei.reminder r set items = coalesce(still, '[]'), notices = coalesce(news, '[]'), notice_numbers = coalesce(numbers, '{}'),
			attempts = r.attempts + 1, next_at = moment + interval '10 minutes'
		where r.municipality_code = one.municipality_code and r.reminder_id = one.reminder_id returning r.* into one;
		letter := renkei_api.reminder_json(one);
		return next;
		exit;
	end loop;
	perform set_config('renkei.tenant', own, true), set_config('renkei.role', me, true);
end $$;
grant execute on function renkei_api.claim_reminder to renkei_daemon;
