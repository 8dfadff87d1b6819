-- renkei_api.return_report - return a report with a reason per item and a due date (差戻し).
-- Takes    ReturnReportRequest.
--          A report that is returned may be returned again: the last reasons hold, the history keeps all.
-- Returns  ReturnReportResponse.      Writes  renkei.report, report_transition, return_item, office_request.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, DUE_DATE_INVALID, FIELD_NOT_FOUND, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND;
--          RK410 VERSION_CONFLICT; RK409 ACTION_NOT_ALLOWED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.return_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	today constant date := (clock_timestamp() at time zone 'Asia/Tokyo')::date;
	due date;
	flawed integer;
	reason_length integer;
	missing record;
	m record;
begin
	perform renkei_api.require_role('secretariat');
	-- First: the same request has the same answer, on a later day too.
	answer := renkei_api.office_replay('return', p_request);
	if answer is not null then
		return answer;
	end if;
	if coalesce(jsonb_array_length(p_request -> 'items'), 0) = 0 then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', 'a return names at least one thing to put right', '{}', 'items');
	end if;
	select i.place - 1 into flawed from jsonb_array_elements(p_request -> 'items') with ordinality as i (record, place)
	where renkei_api.is_blank(i.record ->> 'reason') or char_length(i.record ->> 'reason') > 1000 order by i.place limit 1;
	if flawed is not null then
		reason_length := char_length(coalesce(p_request -> 'items' -> flawed ->> 'reason', ''));
		perform renkei_api.refuse('RK400', case when reason_length > 1000 then 'TEXT_TOO_LONG' else 'REASON_REQUIRED' end,
			format('a reason of %s characters; 1 to 1000', reason_length),
			jsonb_build_object('length', reason_length::text, 'max', '1000'), format('items[%s].reason', flawed));
	end if;
	due := renkei_api.calendar_day(p_request ->> 'due_date');
	if coalesce(due not between today and today + 366, true) then
		perform renkei_api.refuse('RK400', 'DUE_DATE_INVALID', format('due_date is a Japanese date from %s to %s', today, today + 366),
			jsonb_build_object('due_date', nullif(left(p_request ->> 'due_date', 40), ''), 'first', today, 'last', today + 366), 'due_date');
	end if;
	m := renkei_api.move_report(p_request, 'returned', null, due, dry);
	select left(i.record ->> 'field_path', 200) as path, i.place - 1 as place into missing
	from jsonb_array_elements(p_request -> 'items') with ordinality as i (record, place)
	cross join (select renkei.decode_message((m.moved).report, 'renkei.v1.Report')) as d (document)
	where coalesce(i.record ->> 'field_path', '') <> '' and not renkei_api.field_there(d.document, i.record ->> 'field_path')
	order by i.place limit 1;
	if found then
		perform renkei_api.refuse('RK400', 'FIELD_NOT_FOUND', format('report %s has nothing at %s', (m.moved).receipt_number, missing.path),
			jsonb_build_object('field_path', missing.path, 'receipt_number', (m.moved).receipt_number), format('items[%s].field_path', missing.place));
	end if;
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
