-- renkei_api.add_meeting - the secretariat enters a meeting; what municipalities said there is recorded by record_hearing.
-- Takes    AddMeetingRequest.      Returns  AddMeetingResponse.      Writes  renkei.meeting, meeting_paper, office_request.
-- Errors   RK400 MEETING_INCOMPLETE, TEXT_TOO_LONG, MEETING_DATE_INVALID, MEETING_AGENDA_WRONG, MEETING_PAPER_WRONG, REQUEST_ID_REQUIRED; RK404 ATTACHMENT_NOT_FOUND;
--          RK409 MEETING_LIMIT; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.add_meeting(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	held_on constant text := coalesce(p_request ->> 'held_on', '');
	answer jsonb;
	missing text;
	long record;
	one renkei.meeting;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('add_meeting', p_request);
	if answer is not null then
		return answer;
	end if;
	select f into missing from unnest(array['kind', 'held_on', 'title']) f where renkei_api.is_blank(coalesce(p_request ->> f, '')) limit 1;
	if missing is not null then
		perform renkei_api.refuse('RK400', 'MEETING_INCOMPLETE', format('a meeting needs its %s', missing), jsonb_build_object('field', missing), missing);
	end if;
	select f as field, char_length(p_request ->> f) as length into long from unnest(array['title', 'place']) f where char_length(p_request ->> f) > 200 limit 1;
	if found then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a %s of %s characters; at most 200', long.field, long.length),
			jsonb_build_object('length', long.length::text, 'max', '200'), long.field);
	end if;
	one.fiscal_year := renkei_api.meeting_year(held_on);
	if one.fiscal_year is null then
		perform renkei_api.refuse('RK400', 'MEETING_DATE_INVALID', format('held_on %s is neither a day nor a month', left(held_on, 40)),
			jsonb_build_object('held_on', left(held_on, 40)), 'held_on');
	end if;
	perform pg_advisory_xact_lock(hashtextextended(format('meetings %s', one.fiscal_year), 0));
	select coalesce(max(m.serial), 0) + 1 into one.serial from renkei.meeting m where m.fiscal_year = one.fiscal_year;
	if one.serial > 999 then
		perform renkei_api.refuse('RK409', 'MEETING_LIMIT', 'a fiscal year has at most 999 meetings', '{"limit": "999"}');
	end if;
	one.kind := renkei.word(p_request ->> 'kind', 'MEETING_KIND_');
	one.held_on := held_on;
	one.title := p_request ->> 'title';
	one.place := nullif(p_request ->> 'place', '');
	one.recorded_at := clock_timestamp();
	one.principal_uri := current_setting('renkei.principal');
	one.agenda := array(select a.item from jsonb_array_elements_text(p_request -> 'agenda') with ordinality as a (item, place) order by a.place);
	if cardinality(one.agenda) > 100 or exists (select from unnest(one.agenda) a where renkei_api.is_blank(a) or char_length(a) > 200) then
		perform renkei_api.refuse('RK400', 'MEETING_AGENDA_WRONG', 'an agenda has at most 100 items of 1 to 200 characters', '{}', 'agenda');
	end if;
	begin
		insert into renkei.meeting select one.*;
		perform renkei_api.keep_meeting_papers(one, p_request -> 'papers');
		answer := jsonb_build_object('meeting', renkei_api.meeting_json(one, '', false, false));
		if coalesce((p_request ->> 'validate_only')::boolean, false) then
			raise exception using errcode = 'RKDRY', message = 'taken back';
		end if;
		perform renkei_api.office_keep('add_meeting', p_request, answer);
	exception when sqlstate 'RKDRY' then
		null;
	end;
	return answer;
end $$;
grant execute on function renkei_api.add_meeting to renkei_daemon;
