-- renkei_api.send_reminders - the secretariat has reminders written now, or only shown.
-- Takes    SendRemindersRequest.
-- Returns  SendRemindersResponse, with whom no letter is written to for want of a contact.      Writes  renkei.reminder, reminder_written, notice.      Errors  RK403.
create function renkei_api.send_reminders(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment constant timestamptz := coalesce((p_request ->> 'at')::timestamptz, clock_timestamp());
	letters jsonb;
begin
	perform renkei_api.require_role('secretariat');
	letters := renkei_api.queue_reminders(moment, coalesce((p_request ->> 'validate_only')::boolean, false) or p_request ? 'at', true, interval '0');
	return jsonb_build_object('reminders', letters, 'without_contact', (
		select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('municipality_code', o.municipality_code, 'municipality_name_ja', m.name_ja,
			'municipality_name_en', m.name_en, 'municipality_name_zh', m.name_zh, 'items', o.items)) order by o.municipality_code), '[]')
		from (select i.municipality_code, jsonb_agg(i.item order by i.due_day, i.fiscal_year, i.quarter, i.variant) as items
			from renkei_api.reminder_items(moment) i
			where not exists (select from renkei.contact c where c.municipality_code = i.municipality_code) group by i.municipality_code) o
		join renkei.municipality m on m.municipality_code = o.municipality_code));
end $$;
grant execute on function renkei_api.send_reminders to renkei_daemon;
