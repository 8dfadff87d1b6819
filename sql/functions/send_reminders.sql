-- renkei_api.send_reminders - the secretariat has reminders written now, or only shown.
-- Takes    SendRemindersRequest.      Returns  SendRemindersResponse.      Writes  renkei.reminder, reminder_written.      Errors  RK403.
create function renkei_api.send_reminders(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('secretariat');
	return jsonb_build_object('reminders', renkei_api.queue_reminders(
		coalesce((p_request ->> 'at')::timestamptz, clock_timestamp()), coalesce((p_request ->> 'validate_only')::boolean, false) or p_request ? 'at'));
end $$;
grant execute on function renkei_api.send_reminders to renkei_daemon;
