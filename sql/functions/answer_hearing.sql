-- renkei_api.answer_hearing - a municipality confirms the record of what it said at a meeting, as it saw it, or objects to it.
-- Takes    AnswerHearingRequest.      Returns  AnswerHearingResponse.      Writes  renkei.meeting_answer, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK404 MEETING_NOT_FOUND, HEARING_NOT_FOUND; RK410 HEARING_CHANGED;
--          RK409 MEETING_LIMIT; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.answer_hearing(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	objected constant boolean := coalesce((p_request ->> 'object')::boolean, false);
	reason text := nullif(p_request ->> 'reason', '');
	id uuid;
	answer jsonb;
	at renkei.meeting;
	seen renkei.meeting_record;
	made renkei.meeting_answer;
begin
	perform renkei_api.require_role('municipality', 'approver');
	id := renkei_api.request_uuid(p_request);
	if objected or reason is not null then
		reason := renkei_api.reason_given(p_request, 'who objects says to what');
	end if;
	answer := renkei_api.own_replay('answer_hearing', p_request, id);
	if answer is not null then
		return answer;
	end if;
	at := renkei_api.find_meeting(coalesce(p_request ->> 'number', ''));
	select r.* into seen from renkei.meeting_record r
	where r.municipality_code = own and r.fiscal_year = at.fiscal_year and r.serial = at.serial order by r.wording desc limit 1;
	if not found then
		perform renkei_api.refuse('RK404', 'HEARING_NOT_FOUND', format('meeting %s-M%s has no record of municipality %s', at.fiscal_year, at.serial, own),
			jsonb_build_object('number', at.fiscal_year || '-M' || at.serial), 'number');
	elsif coalesce(p_request ->> 'sha256', '') <> encode(seen.sha256, 'hex') then
		perform renkei_api.refuse('RK410', 'HEARING_CHANGED', 'the record is not the one that was seen', jsonb_build_object('number', at.fiscal_year || '-M' || at.serial,
			'expected', left(p_request ->> 'sha256', 64), 'actual', encode(seen.sha256, 'hex')), 'sha256');
	end if;
	select coalesce(max(a.answer), 0) + 1 into made.answer from renkei.meeting_answer a
	where a.municipality_code = own and a.fiscal_year = seen.fiscal_year and a.serial = seen.serial and a.wording = seen.wording;
	if made.answer > 999 then
		perform renkei_api.refuse('RK409', 'MEETING_LIMIT', 'a record has at most 999 answers', '{"limit": "999"}');
	end if;
	if coalesce((p_request ->> 'validate_only')::boolean, false) then
		return '{}';
	end if;
	insert into renkei.meeting_answer (municipality_code, fiscal_year, serial, wording, answer, confirmed, text, answered_at, principal_uri, disclosure)
	values (own, seen.fiscal_year, seen.serial, seen.wording, made.answer, not objected, reason, clock_timestamp(), current_setting('renkei.principal'),
		renkei.word(p_request ->> 'disclosure', 'DISCLOSURE_'));
	answer := jsonb_build_object('meeting', renkei_api.meeting_json(at, own, false, false));
	perform renkei_api.own_keep('answer_hearing', p_request, id, answer);
	return answer;
end $$;
grant execute on function renkei_api.answer_hearing to renkei_daemon;
