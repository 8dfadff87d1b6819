-- renkei_api.send_back_report - the approver gives the version that awaits release back to its preparer, with a reason.
-- Takes    SendBackReportRequest.      Returns  SendBackReportResponse.
-- Writes   renkei.preparation, preparation_step, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT;
--          RK409 NOTHING_TO_RELEASE; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.send_back_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	id uuid;
	reason text;
	answer jsonb;
	m record;
begin
	perform renkei_api.require_role('approver');
	id := renkei_api.request_uuid(p_request);
	reason := renkei_api.reason_given(p_request, 'what is sent back needs a reason');
	answer := renkei_api.own_replay('send_back', p_request, id);
	if answer is not null then
		return answer;
	end if;
	m := renkei_api.move_preparation(p_request, 'sent_back', reason, dry);
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		perform renkei_api.own_keep('send_back', p_request, id, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.send_back_report to renkei_daemon;
