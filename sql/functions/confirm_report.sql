-- renkei_api.confirm_report - the municipality confirms the version and digest that the secretariat entered for it (代理提出の確認).
-- Takes    ConfirmReportRequest.
-- Returns  ConfirmReportResponse.      Writes  renkei.report_confirmation, request, request_replay.
-- Errors   RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT, DIGEST_MISMATCH; RK409 NOT_DELEGATED, CONFIRMED_ALREADY, ACTION_NOT_ALLOWED;
--          RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.confirm_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	id uuid;
	earlier record;
	answer jsonb;
	v renkei.report_version;
	c renkei.report_confirmation;
	state text;
begin
	perform renkei_api.require_role('municipality', 'approver');
	id := renkei_api.request_uuid(p_request);
	perform pg_advisory_xact_lock(k.key) from (select u.key from (values
		(hashtextextended(format('request %s %s', own, id), 0)),
		(hashtextextended(format('report %s %s %s %s', own, p_request -> 'period' ->> 'fiscal_year',
			substr(p_request -> 'period' ->> 'quarter', 10),
			coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular')), 0))) as u (key) order by 1) k;
	select q.* into earlier from renkei.request q where q.municipality_code = own and q.request_id = id;
	if found then
		if earlier.method <> 'confirm' or earlier.principal_uri <> current_setting('renkei.principal')
			or earlier.sha256 <> renkei_api.request_digest(p_request) then
			perform renkei_api.refuse('RK406', 'REQUEST_ID_REUSED', format('request id %s was used for something else', id),
				jsonb_build_object('request_id', id, 'sha256', encode(earlier.sha256, 'hex')), 'request_id');
		end if;
		insert into renkei.request_replay (municipality_code, request_id, replayed_at) values (own, id, clock_timestamp());
		return earlier.answer;
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
	insert into renkei.request (municipality_code, request_id, principal_uri, method, sha256, answer, received_at)
	values (own, id, current_setting('renkei.principal'), 'confirm', renkei_api.request_digest(p_request), answer, clock_timestamp());
	return answer;
end $$;
grant execute on function renkei_api.confirm_report to renkei_daemon;
