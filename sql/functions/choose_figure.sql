-- renkei_api.choose_figure - say whose figure counts of an event whose records disagree, or take that back.
-- Takes    ChooseFigureRequest.
-- Returns  ChooseFigureResponse.      Writes  renkei.figure_choice, office_request.
-- Errors   RK404 ACTIVITY_NOT_FOUND; RK400 ENUM_REQUIRED, REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK409 FIGURE_NOT_GIVEN,
--          FIGURE_SAID_ALREADY; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.choose_figure(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := renkei.word(p_request ->> 'figure', 'MEASURE_');
	wish constant boolean := not coalesce((p_request ->> 'take_back')::boolean, false);
	answer jsonb;
	reason text;
	one record;
	before record;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('choose', p_request);
	if answer is not null then
		return answer;
	end if;
	if coalesce(wanted not in ('activities', 'persons', 'person_times', 'person_days'), true) then
		perform renkei_api.refuse('RK400', 'ENUM_REQUIRED', 'activities, persons, person_times or person_days',
			jsonb_build_object('choices', 'activities, persons, person_times, person_days'), 'figure');
	end if;
	reason := renkei_api.reason_given(p_request, 'choosing a figure needs a reason');
	one := renkei_api.event_record(p_request -> 'record', 'record');
	perform pg_advisory_xact_lock(hashtextextended(format('figure %s %s', one.node, wanted), 0));
	select c.entry, c.chosen, c.decided_at into before from renkei.figure_choice c where c.municipality_code = one.municipality_code
		and c.activity_id = one.activity_id and c.figure = wanted order by c.entry desc limit 1;
	-- Chosen again it is the last one chosen of its event; taken back it must have been chosen.
	if not wish and not coalesce(before.chosen, false) then
		perform renkei_api.refuse('RK409', 'FIGURE_SAID_ALREADY', format('%s of %s is not chosen', wanted, one.node),
			jsonb_build_object('activity', one.node, 'figure', wanted), 'take_back');
	elsif wish and not exists (select from renkei_api.record_figures(one.municipality_code, one.version_id, one.activity_id) f
			where f.figure = wanted and f.value is not null) then
		perform renkei_api.refuse('RK409', 'FIGURE_NOT_GIVEN', format('%s gives no %s', one.node, wanted),
			jsonb_build_object('activity', one.node, 'figure', wanted), 'figure');
	end if;
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		insert into renkei.figure_choice (municipality_code, activity_id, figure, entry, chosen, reason, decided_at, principal_uri)
		values (one.municipality_code, one.activity_id, wanted, coalesce(before.entry, 0) + 1, wish, reason, clock_timestamp(),
			current_setting('renkei.principal'));
	end if;
	answer := jsonb_build_object('event', (select jsonb_agg(j.answer) -> 0 from renkei_api.joint_events(null, true, 2000, 2199, one.event, one.municipality_codes) j));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		perform renkei_api.office_keep('choose', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.choose_figure to renkei_daemon;
