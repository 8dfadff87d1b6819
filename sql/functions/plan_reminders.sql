-- renkei_api.plan_reminders - queue what is to be written now; asked by who sends, from eight in the morning in Japan on.
-- Takes    the moment, null = now.
-- Returns  how many letters were queued.      Writes  renkei.reminder, reminder_written.
create function renkei_api.plan_reminders(p_now timestamptz) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
begin
	if extract(hour from moment at time zone 'Asia/Tokyo') < 8 then
		return 0;
	end if;
	return jsonb_array_length(renkei_api.queue_reminders(moment, false));
end $$;
grant execute on function renkei_api.plan_reminders to renkei_daemon;
