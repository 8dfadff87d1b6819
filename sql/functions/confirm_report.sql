-- renkei_api.confirm_report - the municipality confirms the version and digest that the secretariat entered for it (代理提出の確認).
-- Takes    ConfirmReportRequest.
-- Returns  ConfirmReportResponse.      Writes  renkei.report_confirmation, request, request_replay.
-- Errors   RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT, DIGEST_MISMATCH; RK409 NOT_DELEGATED, CONFIRMED_ALREADY, ACTION_NOT_ALLOWED;
--          RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.confirm_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id uuid;
	answer jsonb;
	v renkei.report_version;
	c renkei.report_confirmation;
	state text;
begin
	perform renkei_api.require_role('municipality', 'approver');
	id := renkei_api.request_uuid(p_request);
	answer := renkei_api.own_replay('confirm', p_request, id);
	if answer is not null then
		return answer;
	end if;
	v := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	if coalesce((p_request ->> 'version')::integer, 0) <> v.version then
		perform renkei_api.refuse('RK410', 'VERSION_CONFLICT', format('based on version %s; the latest is %s',
			coalesce(p_request ->> 'version', '0'), v.version), jsonb_build_object('base_version', coalesce(p_request ->> 'version', '0'),
			'latest_version', v.version::text), 'version');
	elsif coalesce(p_request ->> 'sha256', '') <> encode(v.sha256, 'hex') then
		perform renkei_api.refuse('RK410', 'DIGEST_MISMATCH', 'the digest named is not that of the version stored',
			jsonb_build_object('expected', coalesce(p_request ->> 'sha256', ''), 'actual', encode(v.sha256, 'hex')), 'sha256');
	elsif not renkei.is_delegate(v.principal_uri) then
		perform renkei_api.refuse('RK409', 'NOT_DELEGATED', format('%s was submitted by the municipality itself', v.receipt_number),
			jsonb_build_object('receipt_number', v.receipt_number));
	end if;
	state := renkei.word(renkei_api.report_summary(v) ->> 'state', 'REPORT_STATE_');
	if state = 'withdrawn' then
		perform renkei_api.refuse('RK409', 'ACTION_NOT_ALLOWED', format('%s was withdrawn', v.receipt_number),
			jsonb_build_object('state', state));
	end if;
	select k.* into c from renkei.report_confirmation k where k.municipality_code = v.municipality_code and k.version_id = v.version_id;
	if found then
		perform renkei_api.refuse('RK409', 'CONFIRMED_ALREADY', format('%s was confirmed at %s by %s', v.receipt_number,
			renkei.time_json(c.confirmed_at), c.principal_uri), jsonb_build_object('receipt_number', v.receipt_number,
			'confirmed_by', c.principal_uri, 'confirmed_at', renkei.time_json(c.confirmed_at)));
	end if;
	if coalesce((p_request ->> 'validate_only')::boolean, false) then
		return jsonb_build_object('summary', renkei_api.report_summary(v));
	end if;
	insert into renkei.report_confirmation (municipality_code, version_id, principal_uri, confirmed_at)
	values (v.municipality_code, v.version_id, current_setting('renkei.principal'), greatest(clock_timestamp(), v.received_at));
	answer := jsonb_build_object('summary', renkei_api.report_summary(v));
	perform renkei_api.own_keep('confirm', p_request, id, answer);
	return answer;
end $$;
grant execute on function renkei_api.confirm_report to renkei_daemon;
