-- renkei_api.accept_report - accept exactly the version and digest named (受理); from then on that version counts.
-- Takes    AcceptReportRequest.      Returns  AcceptReportResponse.      Writes  renkei.report, report_transition, office_request.
-- Errors   RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT, DIGEST_MISMATCH; RK409 ACTION_NOT_ALLOWED;
--          RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.accept_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	m record;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('accept', p_request);
	if answer is not null then
		return answer;
	end if;
	m := renkei_api.move_report(p_request, 'accepted', null, null, dry);
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		perform renkei_api.office_keep('accept', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.accept_report to renkei_daemon;
