-- renkei_api.give_back - what withdrawing and sending back have in common: a version is taken from where it lies, with a reason, once.
-- Takes    the method, as it is kept; who may; the state the version comes into; what is said where there is no reason; the request.
-- Returns  the answer: the summary of the version.
-- Writes   what move_report or move_preparation does, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403; those of the moves.
create function renkei_api.give_back(p_method text, p_role text, p_state text, p_unreasoned text, p_request jsonb) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	id uuid;
	reason text;
	answer jsonb;
	m record;
begin
	perform renkei_api.require_role(p_role);
	id := renkei_api.request_uuid(p_request);
	reason := renkei_api.reason_given(p_request, p_unreasoned);
	answer := renkei_api.own_replay(p_method, p_request, id);
	if answer is not null then
		return answer;
	end if;
	-- What was released is with the secretariat; nothing but a withdrawal takes it back from there.
	m := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	if p_state = 'withdrawn' and renkei_api.is_released(m) then
		m := renkei_api.move_report(p_request, p_state, reason, null, dry);
	else
		m := renkei_api.move_preparation(p_request, p_state, reason, dry);
	end if;
	answer := jsonb_build_object('summary', renkei_api.report_summary(m.moved));
	if not dry then
		perform renkei_api.own_keep(p_method, p_request, id, answer);
	end if;
	return answer;
end $$;
