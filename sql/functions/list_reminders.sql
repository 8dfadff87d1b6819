-- renkei_api.list_reminders - letters that were written, newest first.
-- Takes    ListRemindersRequest.      Returns  ListRemindersResponse.      Errors  RK403.
create function renkei_api.list_reminders(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	return (select jsonb_build_object('reminders', coalesce(jsonb_agg(renkei_api.reminder_json(f.r) order by (f.r).queued_at desc, (f.r).reminder_id), '[]'))
		from (select r from renkei.reminder r
			where coalesce(p_request ->> 'municipality_code', '') in ('', r.municipality_code)
			order by r.queued_at desc, r.reminder_id limit 1000) f);
end $$;
grant execute on function renkei_api.list_reminders to renkei_daemon;
