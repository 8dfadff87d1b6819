-- renkei_api.start_review - say that a submitted report is being looked at (確認開始); until it is returned or accepted the municipality
-- changes it only by withdrawing it.
-- Takes    StartReviewRequest.      Returns  StartReviewResponse.      Writes  renkei.report, report_transition, office_request.
-- Errors   RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT; RK409 ACTION_NOT_ALLOWED;
--          RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.start_review(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	m record;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('review', p_request);
	if answer is not null then
		return answer;
	end if;
	m := renkei_api.move_report(p_request, 'under_review', null, null, dry);
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		perform renkei_api.office_keep('review', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.start_review to renkei_daemon;
