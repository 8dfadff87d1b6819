-- renkei_api.add_meeting_papers - the secretariat enters papers of a meeting that is there: minutes are written when it is over.
-- Takes    AddMeetingPapersRequest.      Returns  AddMeetingPapersResponse.      Writes  renkei.meeting_paper, office_request.
-- Errors   RK400 MEETING_PAPER_WRONG, REQUEST_ID_REQUIRED; RK404 MEETING_NOT_FOUND, ATTACHMENT_NOT_FOUND; RK409 MEETING_LIMIT; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.add_meeting_papers(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	answer jsonb;
	at renkei.meeting;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('add_meeting_papers', p_request);
	if answer is not null then
		return answer;
	end if;
	at := renkei_api.find_meeting(coalesce(p_request ->> 'number', ''));
	if coalesce(p_request -> 'papers', '[]') = '[]' then
		perform renkei_api.refuse('RK400', 'MEETING_PAPER_WRONG', 'no paper is named', '{"place": "1"}', 'papers');
	end if;
	begin
		perform renkei_api.keep_meeting_papers(at, p_request -> 'papers');
		answer := jsonb_build_object('meeting', renkei_api.meeting_json(at, '', false, false));
		if coalesce((p_request ->> 'validate_only')::boolean, false) then
			raise exception using errcode = 'RKDRY', message = 'taken back';
		end if;
		perform renkei_api.office_keep('add_meeting_papers', p_request, answer);
	exception when sqlstate 'RKDRY' then
		null;
	end;
	return answer;
end $$;
grant execute on function renkei_api.add_meeting_papers to renkei_daemon;
