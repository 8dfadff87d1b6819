-- renkei_api.write_comment - comment on an item of a report, answer to a comment, or say that it is resolved or open again.
-- Takes    WriteCommentRequest.      Returns  WriteCommentResponse.      Writes  renkei.review_comment, request or office_request.
-- Errors   RK400 COMMENT_EMPTY, TEXT_TOO_LONG, ARGUMENT_INVALID, FIELD_NOT_FOUND, REQUEST_ID_REQUIRED; RK404 REPORT_NOT_FOUND, COMMENT_NOT_FOUND;
--          RK409 ACTION_NOT_ALLOWED, COMMENT_LIMIT; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.write_comment(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	office constant boolean := coalesce(current_setting('renkei.role', true) = 'secretariat', false);
	named constant text := coalesce(p_request ->> 'number', '');
	said constant text := coalesce(p_request ->> 'text', '');
	state constant text := renkei.word(p_request ->> 'state', 'COMMENT_STATE_');
	id uuid;
	answer jsonb;
	first renkei.review_comment;
	turn renkei.review_comment;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	id := renkei_api.request_uuid(p_request);
	-- What is resolved, and what it keeps for itself, the secretariat says.
	if state is not null or coalesce((p_request ->> 'office_only')::boolean, false) then
		perform renkei_api.require_role('secretariat');
	end if;
	answer := case when office then renkei_api.office_replay('comment', p_request) else renkei_api.own_replay('comment', p_request, id) end;
	if answer is not null then
		return answer;
	end if;
	if renkei_api.is_blank(said) and (named = '' or state is null or said <> '') then
		perform renkei_api.refuse('RK400', 'COMMENT_EMPTY', 'a comment says something', '{}', 'text');
	elsif char_length(said) > 2000 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a comment of %s characters; at most 2000', char_length(said)),
			jsonb_build_object('length', char_length(said)::text, 'max', '2000'), 'text');
	end if;
	if named = '' then
		first := renkei_api.begin_comment(p_request);
		select coalesce(max(c.number), 0) + 1 into first.number from renkei.review_comment c where c.municipality_code = first.municipality_code
			and c.fiscal_year = first.fiscal_year and c.quarter = first.quarter and c.variant = first.variant and c.office_only = first.office_only;
		turn := first;
	else
		first := renkei_api.find_comment(named);
		-- Who reads an answer follows from the comment: one for fewer would be read by all of these.
		if coalesce((p_request ->> 'office_only')::boolean, false) and not first.office_only then
			perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('office_only is true; comment %s is read by the municipality too', named),
				'{"value": "true", "range": "false"}', 'office_only');
		end if;
		turn := first;
		turn.version_id := null;
		turn.field_path := null;
		turn.state := state;
		select max(c.entry) + 1 into turn.entry from renkei.review_comment c where c.municipality_code = first.municipality_code
			and c.fiscal_year = first.fiscal_year and c.quarter = first.quarter and c.variant = first.variant and c.office_only = first.office_only and c.number = first.number;
	end if;
	if turn.number > 999 or turn.entry > 999 then
		perform renkei_api.refuse('RK409', 'COMMENT_LIMIT', 'a report has at most 999 comments, each with at most 999 turns', '{"limit": "999"}');
	end if;
	turn.text := nullif(said, '');
	turn.said_at := clock_timestamp();
	turn.principal_uri := current_setting('renkei.principal');
	if dry then
		return '{}';
	end if;
	insert into renkei.review_comment select turn.*;
	answer := jsonb_build_object('comment', renkei_api.comment_json(first));
	if office then
		perform renkei_api.office_keep('comment', p_request, answer);
	else
		perform renkei_api.own_keep('comment', p_request, id, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.write_comment to renkei_daemon;
