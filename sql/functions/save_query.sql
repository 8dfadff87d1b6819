-- renkei_api.save_query - keep a question under a name; under a name that is there it is the next version.
-- Takes    SaveQueryRequest.
-- Returns  SaveQueryResponse.  The same question, shown in the same order, with the same description stays the version it is.
-- Writes   renkei.saved_query, office_request.
-- Errors   as renkei_api.question; RK400 ARGUMENT_INVALID, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.save_query(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := coalesce(p_request ->> 'name', '');
	told constant text := coalesce(p_request ->> 'description', '');
	answer jsonb;
	before renkei.saved_query;
	one renkei.saved_query;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('save_query', p_request);
	if answer is not null then
		return answer;
	end if;
	if wanted !~ '^[^[:space:][:cntrl:]/@]{1,64}$' then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', 'a name has 1 to 64 characters, none of them a blank, / or @',
			jsonb_build_object('value', left(wanted, 80), 'range', '1-64, no blank, / or @'), 'name');
	elsif char_length(told) > 500 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a description of %s characters; at most 500', char_length(told)),
			jsonb_build_object('length', char_length(told)::text, 'max', '500'), 'description');
	end if;
	one.name := wanted;
	one.question := renkei_api.question(coalesce(p_request -> 'query', '{}'));
	one.digest := renkei_api.question_digest(one.question);
	one.description := nullif(told, '');
	perform pg_advisory_xact_lock(hashtextextended('saved query ' || wanted, 0));
	select s.* into before from renkei.saved_query s where s.name = wanted order by s.version desc limit 1;
	if before.question = one.question and before.description is not distinct from one.description then
		one := before;
	else
		one.version := coalesce(before.version, 0) + 1;
		one.saved_at := clock_timestamp();
		one.principal_uri := current_setting('renkei.principal');
	end if;
	answer := jsonb_build_object('query', renkei_api.saved_query_json(one));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		if one.version is distinct from before.version then
			insert into renkei.saved_query select one.*;
		end if;
		perform renkei_api.office_keep('save_query', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.save_query to renkei_daemon;
