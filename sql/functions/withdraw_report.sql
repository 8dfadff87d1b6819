-- renkei_api.withdraw_report - take a report back before it is accepted (取下げ).  A withdrawn correction leaves the accepted version; a
-- withdrawn version that awaits its release leaves what was released before it.
-- Takes    WithdrawReportRequest.
-- Returns  WithdrawReportResponse.      Writes  renkei.report, report_transition, preparation, preparation_step, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT;
--          RK409 NOTHING_TO_WITHDRAW; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.withdraw_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	id uuid;
	reason text;
	answer jsonb;
	m record;
begin
	perform renkei_api.require_role('municipality');
	id := renkei_api.request_uuid(p_request);
	reason := renkei_api.reason_given(p_request, 'a withdrawal needs a reason');
	answer := renkei_api.own_replay('withdraw', p_request, id);
	if answer is not null then
		return answer;
	end if;
	m := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	if renkei_api.is_released(m) then
		m := renkei_api.move_report(p_request, 'withdrawn', reason, null, dry);
	else
		m := renkei_api.move_preparation(p_request, 'withdrawn', reason, dry);
	end if;
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		perform renkei_api.own_keep('withdraw', p_request, id, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.withdraw_report to renkei_daemon;
