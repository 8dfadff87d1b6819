-- renkei_api.record_hearing - the secretariat records what a municipality said at a meeting, or words it anew; then it waits for the municipality.
-- Takes    RecordHearingRequest.      Returns  RecordHearingResponse.      Writes  renkei.meeting_record, meeting_tag, office_request.
-- Errors   RK400 HEARING_EMPTY, TEXT_TOO_LONG, STANCE_REQUIRED, STATEMENT_TWICE, REQUEST_ID_REQUIRED; RK404 MEETING_NOT_FOUND, MUNICIPALITY_NOT_FOUND,
--          STATEMENT_NOT_FOUND; RK409 MEETING_LIMIT; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.record_hearing(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	said constant text := coalesce(p_request ->> 'text', '');
	attendants constant text := coalesce(p_request ->> 'attendants', '');
	answer jsonb;
	at renkei.meeting;
	tags jsonb;
	one renkei.meeting_record;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('record_hearing', p_request);
	if answer is not null then
		return answer;
	end if;
	at := renkei_api.find_meeting(coalesce(p_request ->> 'number', ''));
	one.municipality_code := (renkei_api.named_municipality(coalesce(p_request ->> 'municipality_code', ''), 'municipality_code')).municipality_code;
	if renkei_api.is_blank(said) then
		perform renkei_api.refuse('RK400', 'HEARING_EMPTY', 'a record says what was said', '{}', 'text');
	elsif char_length(said) > 10000 or char_length(attendants) > 500 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a text of %s characters; at most 10000, attendants at most 500', greatest(char_length(said), char_length(attendants))),
			jsonb_build_object('length', (case when char_length(said) > 10000 then char_length(said) else char_length(attendants) end)::text,
			'max', case when char_length(said) > 10000 then '10000' else '500' end), case when char_length(said) > 10000 then 'text' else 'attendants' end);
	end if;
	select coalesce(jsonb_agg(jsonb_build_object('statement_id', t.statement_id, 'stance', t.stance)), '[]') into tags from renkei_api.hearing_tags(p_request) t;
	select coalesce(max(r.wording), 0) + 1 into one.wording from renkei.meeting_record r
	where r.municipality_code = one.municipality_code and r.fiscal_year = at.fiscal_year and r.serial = at.serial;
	if one.wording > 999 then
		perform renkei_api.refuse('RK409', 'MEETING_LIMIT', 'a record has at most 999 wordings', '{"limit": "999"}');
	end if;
	one.fiscal_year := at.fiscal_year;
	one.serial := at.serial;
	one.attendants := nullif(attendants, '');
	one.text := said;
	one.sha256 := sha256(convert_to(jsonb_build_object('meeting', at.fiscal_year || '-M' || at.serial, 'kind', at.kind, 'held_on', at.held_on, 'title', at.title,
		'place', at.place, 'municipality_code', one.municipality_code, 'wording', one.wording, 'attendants', one.attendants, 'text', said, 'tags', tags)::text, 'UTF8'));
	one.recorded_at := clock_timestamp();
	one.principal_uri := current_setting('renkei.principal');
	if coalesce((p_request ->> 'validate_only')::boolean, false) then
		return '{}';
	end if;
	insert into renkei.meeting_record select one.*;
	insert into renkei.meeting_tag (municipality_code, fiscal_year, serial, wording, statement_id, stance)
	select one.municipality_code, one.fiscal_year, one.serial, one.wording, t.statement_id, t.stance
	from jsonb_to_recordset(tags) as t (statement_id text, stance text);
	answer := jsonb_build_object('meeting', renkei_api.meeting_json(at, one.municipality_code::text, false, false));
	perform renkei_api.office_keep('record_hearing', p_request, answer);
	return answer;
end $$;
grant execute on function renkei_api.record_hearing to renkei_daemon;
