-- renkei_api.decide_event - say that two records tell of one event, or of two, or take the last word back.
-- Takes    DecideEventRequest.
-- Returns  DecideEventResponse.      Writes  renkei.event_decision, office_request.
-- Errors   RK404 ACTIVITY_NOT_FOUND; RK400 EVENT_WITH_ITSELF, ENUM_REQUIRED, REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED;
--          RK409 EVENT_SAID_ALREADY, EVENT_STATUS_DIFFERS; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.decide_event(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	word constant text := renkei.word(p_request ->> 'word', 'EVENT_WORD_');
	answer jsonb;
	reason text;
	one record;
	two record;
	first record;
	second record;
	before record;
	statuses text[];
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('decide', p_request);
	if answer is not null then
		return answer;
	end if;
	if word is null then
		perform renkei_api.refuse('RK400', 'ENUM_REQUIRED', 'linked, apart or open', '{}', 'word');
	end if;
	reason := renkei_api.reason_given(p_request, 'linking events and keeping them apart need a reason');
	one := renkei_api.event_record(p_request -> 'record', 'record');
	two := renkei_api.event_record(p_request -> 'other', 'other');
	if one.node = two.node then
		perform renkei_api.refuse('RK400', 'EVENT_WITH_ITSELF', format('%s is named twice', one.node), jsonb_build_object('activity', one.node), 'other');
	end if;
	if one.node collate "C" < two.node collate "C" then
		first := one;
		second := two;
	else
		first := two;
		second := one;
	end if;
	-- One word after the other on each pair.
	perform pg_advisory_xact_lock(hashtextextended(format('event %s %s', first.node, second.node), 0));
	select d.entry, d.decision into before from renkei.event_decision d where d.municipality_code = first.municipality_code
		and d.activity_id = first.activity_id and d.other_municipality_code = second.municipality_code and d.other_activity_id = second.activity_id
	order by d.entry desc limit 1;
	if coalesce(before.decision, 'open') = word then
		perform renkei_api.refuse('RK409', 'EVENT_SAID_ALREADY', format('%s and %s: %s is what holds already', first.node, second.node, word),
			jsonb_build_object('activity', first.node, 'other', second.node, 'word', word), 'word');
	end if;
	if word = 'linked' then
		statuses := array(select a.status::text from renkei.activity a where (a.municipality_code = one.municipality_code and a.version_id = one.version_id
			and a.activity_id = one.activity_id) or (a.municipality_code = two.municipality_code and a.version_id = two.version_id
			and a.activity_id = two.activity_id));
		if statuses[1] is distinct from statuses[2] then
			perform renkei_api.refuse('RK409', 'EVENT_STATUS_DIFFERS', format('%s is %s and %s is %s', one.node, statuses[1], two.node, statuses[2]),
				jsonb_build_object('activity', one.node, 'other', two.node), 'other');
		end if;
	end if;
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		insert into renkei.event_decision (municipality_code, activity_id, other_municipality_code, other_activity_id, entry, decision, reason, decided_at, principal_uri)
		values (first.municipality_code, first.activity_id, second.municipality_code, second.activity_id, coalesce(before.entry, 0) + 1, word, reason,
			clock_timestamp(), current_setting('renkei.principal'));
	end if;
	answer := jsonb_build_object('pair', jsonb_strip_nulls(jsonb_build_object(
		'record', renkei_api.activity_reference(first.municipality_code, first.version_id, first.activity_id, first.report_state),
		'other', renkei_api.activity_reference(second.municipality_code, second.version_id, second.activity_id, second.report_state),
		'decisions', renkei_api.event_decisions(first.node, second.node, null))),
		-- What is kept apart may still be one event by way of a third.
		'one_event', (select e.event from renkei_api.event_record(p_request -> 'record', 'record') e)
			= (select e.event from renkei_api.event_record(p_request -> 'other', 'other') e));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		perform renkei_api.office_keep('decide', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.decide_event to renkei_daemon;
