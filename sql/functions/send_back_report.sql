-- renkei_api.send_back_report - the approver gives the version that awaits release back to its preparer, with a reason.
-- Takes    SendBackReportRequest.      Returns  SendBackReportResponse.
-- Writes   renkei.preparation, preparation_step, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT;
--          RK409 NOTHING_TO_RELEASE; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.send_back_report(p_request jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select renkei_api.give_back('send_back', 'approver', 'sent_back', 'what is sent back needs a reason', p_request)
$$;
grant execute on function renkei_api.send_back_report to renkei_daemon;
