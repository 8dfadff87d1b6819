-- renkei_api.reopen_report - reopen single items of the accepted version of a report until a day; from then on corrections of it keep to what is reopened.
-- A correction that was returned or withdrawn does not stand in the way: the request names it as the latest version, and items of the accepted one.
-- Takes    ReopenReportRequest.      Returns  ReopenReportResponse.      Writes  renkei.reopening, reopening_item, office_request.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, DUE_DATE_INVALID, FIELD_NOT_FOUND, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT;
--          RK409 ACTION_NOT_ALLOWED, REOPENING_LIMIT; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.reopen_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	items constant jsonb := coalesce(p_request -> 'items', '[]');
	today constant date := (clock_timestamp() at time zone 'Asia/Tokyo')::date;
	until constant date := renkei_api.calendar_day(p_request ->> 'until_date');
	answer jsonb;
	reason text;
	wrong record;
	document jsonb;
	v renkei.report_version;
	h renkei.report;
	one renkei.reopening;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('reopen', p_request);
	if answer is not null then
		return answer;
	end if;
	reason := renkei_api.reason_given(p_request, 'a reopening needs a reason');
	if jsonb_array_length(items) = 0 then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', 'a reopening names at least one thing to correct', '{}', 'items');
	elsif coalesce(until not between today and today + 366, true) then
		perform renkei_api.refuse('RK400', 'DUE_DATE_INVALID', format('until_date is a Japanese date from %s to %s', today, today + 366),
			jsonb_build_object('due_date', nullif(left(p_request ->> 'until_date', 40), ''), 'first', today, 'last', today + 366), 'until_date');
	end if;
	select i.place - 1 as place, char_length(coalesce(i.record ->> 'reason', '')) as length into wrong
	from jsonb_array_elements(items) with ordinality as i (record, place)
	where renkei_api.is_blank(i.record ->> 'reason') or char_length(i.record ->> 'reason') > 1000 order by i.place limit 1;
	if found then
		perform renkei_api.refuse('RK400', case when wrong.length > 1000 then 'TEXT_TOO_LONG' else 'REASON_REQUIRED' end,
			format('a reason of %s characters; 1 to 1000', wrong.length), jsonb_build_object('length', wrong.length::text, 'max', '1000'), format('items[%s].reason', wrong.place));
	end if;
	v := renkei_api.find_version(p_request - array['version', 'receipt_number', 'as_of']);
	perform pg_advisory_xact_lock(hashtextextended(format('report %s %s %s %s', v.municipality_code, v.fiscal_year, v.quarter, v.variant), 0));
	select r.* into h from renkei.report r where r.municipality_code = v.municipality_code and r.fiscal_year = v.fiscal_year and r.quarter = v.quarter
		and r.variant = v.variant for update;
	if coalesce((p_request ->> 'version')::integer, 0) <> h.latest_version then
		perform renkei_api.refuse('RK410', 'VERSION_CONFLICT', format('based on version %s; the latest is %s', coalesce(p_request ->> 'version', '0'), h.latest_version),
			jsonb_build_object('base_version', coalesce(p_request ->> 'version', '0'), 'latest_version', h.latest_version::text), 'version');
	elsif h.accepted_version is null or h.state not in ('accepted', 'returned', 'withdrawn') then
		perform renkei_api.refuse('RK409', 'ACTION_NOT_ALLOWED', format('a report that is %s is not reopened', h.state), jsonb_build_object('state', h.state));
	end if;
	select k.* into v from renkei.report_version k where k.municipality_code = h.municipality_code and k.version_id = h.accepted_version_id;
	document := renkei.decode_message(v.report, 'renkei.v1.Report');
	select left(i.record ->> 'field_path', 200) as path, i.place - 1 as place into wrong
	from jsonb_array_elements(items) with ordinality as i (record, place)
	where coalesce(i.record ->> 'field_path', '') <> '' and not renkei_api.field_there(document, i.record ->> 'field_path') order by i.place limit 1;
	if found then
		perform renkei_api.refuse('RK400', 'FIELD_NOT_FOUND', format('report %s has nothing at %s', v.receipt_number, wrong.path),
			jsonb_build_object('field_path', wrong.path, 'receipt_number', v.receipt_number), format('items[%s].field_path', wrong.place));
	end if;
	select coalesce(max(r.number), 0) + 1 into one.number from renkei.reopening r where r.municipality_code = v.municipality_code
		and r.fiscal_year = v.fiscal_year and r.quarter = v.quarter and r.variant = v.variant;
	if one.number > 9999 then
		perform renkei_api.refuse('RK409', 'REOPENING_LIMIT', 'a report is reopened at most 9999 times', '{"limit": "9999"}');
	elsif coalesce((p_request ->> 'validate_only')::boolean, false) then
		return '{}';
	end if;
	insert into renkei.reopening as r (municipality_code, fiscal_year, quarter, variant, number, version_id, until_at, reason, reopened_at, principal_uri)
	values (v.municipality_code, v.fiscal_year, v.quarter, v.variant, one.number, v.version_id, (until + time '23:59:59') at time zone 'Asia/Tokyo', reason,
		clock_timestamp(), current_setting('renkei.principal'))
	returning r.* into one;
	insert into renkei.reopening_item (municipality_code, fiscal_year, quarter, variant, number, position, field_path, reason)
	select one.municipality_code, one.fiscal_year, one.quarter, one.variant, one.number, i.place, nullif(i.record ->> 'field_path', ''), i.record ->> 'reason'
	from jsonb_array_elements(items) with ordinality as i (record, place);
	answer := jsonb_build_object('reopening', renkei_api.reopening_json(one));
	perform renkei_api.office_keep('reopen', p_request, answer);
	return answer;
end $$;
grant execute on function renkei_api.reopen_report to renkei_daemon;
