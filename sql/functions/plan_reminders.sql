-- renkei_api.plan_reminders - queue what is to be written now; asked by who sends.  Of what is owed from eight in the morning in Japan on, of what became
-- of reports at any hour, and about the same municipality once an hour: on a busy day a letter tells of many.
-- Takes    the moment, null = now.
-- Returns  how many letters were queued.      Writes  renkei.reminder, reminder_written, notice.
create function renkei_api.plan_reminders(p_now timestamptz) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce(p_now, clock_timestamp());
begin
	return jsonb_array_length(renkei_api.queue_reminders(moment, false, extract(hour from moment at time zone 'Asia/Tokyo') >= 8, interval '1 hour'));
end $$;
grant execute on function renkei_api.plan_reminders to renkei_daemon;
