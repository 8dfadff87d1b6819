-- renkei_api.withdraw_report - take a report back before it is accepted (取下げ).  A withdrawn correction leaves the accepted version; a
-- withdrawn version that awaits its release leaves what was released before it.
-- Takes    WithdrawReportRequest.
-- Returns  WithdrawReportResponse.      Writes  renkei.report, report_transition, preparation, preparation_step, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT;
--          RK409 NOTHING_TO_WITHDRAW; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.withdraw_report(p_request jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select renkei_api.give_back('withdraw', 'municipality', 'withdrawn', 'a withdrawal needs a reason', p_request)
$$;
grant execute on function renkei_api.withdraw_report to renkei_daemon;
