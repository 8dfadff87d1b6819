-- renkei_api.withdraw_report - take a report back before it is accepted (取下げ).  A withdrawn correction leaves the accepted version.
-- Takes    WithdrawReportRequest.
-- Returns  WithdrawReportResponse.      Writes  renkei.report, report_transition, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT;
--          RK409 NOTHING_TO_WITHDRAW; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.withdraw_report(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	own constant text := current_setting('renkei.tenant', true);
	id uuid;
	earlier record;
	answer jsonb;
	m record;
begin
	perform renkei_api.require_role('municipality');
	id := renkei_api.request_uuid(p_request);
	if coalesce(p_request ->> 'reason', '') = '' then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', 'a withdrawal needs a reason', '{}', 'reason');
	elsif char_length(p_request ->> 'reason') > 2000 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a reason of %s characters; at most 2000', char_length(p_request ->> 'reason')),
			jsonb_build_object('length', char_length(p_request ->> 'reason')::text, 'max', '2000'), 'reason');
	end if;
	perform pg_advisory_xact_lock(k.key) from (select u.key from (values
		(hashtextextended(format('request %s %s', own, id), 0)),
		(hashtextextended(format('report %s %s %s %s', own, p_request -> 'period' ->> 'fiscal_year',
			substr(p_request -> 'period' ->> 'quarter', 10),
			coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular')), 0))) as u (key) order by 1) k;
	select q.* into earlier from renkei.request q where q.municipality_code = own and q.request_id = id;
	if found then
		if earlier.method <> 'withdraw' or earlier.principal_uri <> current_setting('renkei.principal')
			or earlier.sha256 <> renkei_api.request_digest(p_request) then
			perform renkei_api.refuse('RK406', 'REQUEST_ID_REUSED', format('request id %s was used for something else', id),
				jsonb_build_object('request_id', id, 'sha256', encode(earlier.sha256, 'hex')), 'request_id');
		end if;
		insert into renkei.request_replay (municipality_code, request_id, replayed_at) values (own, id, clock_timestamp());
		return earlier.answer;
	end if;
	m := renkei_api.move_report(p_request, 'withdrawn', p_request ->> 'reason', null, dry);
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		insert into renkei.request (municipality_code, request_id, principal_uri, method, sha256, answer, received_at)
		values (own, id, current_setting('renkei.principal'), 'withdraw', renkei_api.request_digest(p_request), answer, clock_timestamp());
	end if;
	return answer;
end $$;
grant execute on function renkei_api.withdraw_report to renkei_daemon;
