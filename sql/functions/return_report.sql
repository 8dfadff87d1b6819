-- renkei_api.return_report - return a report with a reason per item and a due date (差戻し).
-- Takes    ReturnReportRequest.
-- Returns  ReturnReportResponse.      Writes  renkei.report, report_transition, return_item, office_request.
-- Errors   RK400 REASON_REQUIRED, DUE_DATE_INVALID, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND;
--          RK410 VERSION_CONFLICT; RK409 ACTION_NOT_ALLOWED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.return_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	due date;
	flawed integer;
	m record;
begin
	perform renkei_api.require_role('secretariat');
	if coalesce(jsonb_array_length(p_request -> 'items'), 0) = 0 then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', 'a return names at least one thing to put right', '{}', 'items');
	end if;
	select i.place - 1 into flawed from jsonb_array_elements(p_request -> 'items') with ordinality as i (record, place)
	where char_length(coalesce(i.record ->> 'reason', '')) not between 1 and 1000 order by i.place limit 1;
	if flawed is not null then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', 'a reason has 1 to 1000 characters', '{"limit": "1000"}',
			format('items[%s].reason', flawed));
	end if;
	due := renkei_api.calendar_day(p_request ->> 'due_date');
	if due is null then
		perform renkei_api.refuse('RK400', 'DUE_DATE_INVALID', 'due_date is a Japanese date such as 2016-07-29', '{}', 'due_date');
	end if;
	answer := renkei_api.office_replay('return', p_request);
	if answer is not null then
		return answer;
	end if;
	m := renkei_api.move_report(p_request, 'returned', null, due, dry);
	if not dry then
		insert into renkei.return_item (municipality_code, fiscal_year, quarter, variant, step, position, field_path, reason)
		select (m.moved).municipality_code, (m.moved).fiscal_year, (m.moved).quarter, (m.moved).variant, m.step, i.place,
			nullif(i.record ->> 'field_path', ''), i.record ->> 'reason'
		from jsonb_array_elements(p_request -> 'items') with ordinality as i (record, place);
	end if;
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		perform renkei_api.office_keep('return', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.return_report to renkei_daemon;
