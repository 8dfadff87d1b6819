-- renkei_api.remove_query - take a kept question off the list; its versions stay, for whoever cites one.
-- Takes    RemoveQueryRequest.      Returns  RemoveQueryResponse.      Writes  renkei.saved_query, office_request.
-- Errors   RK404 SAVED_QUERY_UNKNOWN; RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.remove_query(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := coalesce(p_request ->> 'name', '');
	answer jsonb;
	before renkei.saved_query;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('remove_query', p_request);
	if answer is not null then
		return answer;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('saved query ' || wanted, 0));
	select s.* into before from renkei.saved_query s where s.name = wanted order by s.version desc limit 1;
	if before.question is null then
		perform renkei_api.refuse('RK404', 'SAVED_QUERY_UNKNOWN', format('there is no saved query %s', left(wanted, 64)),
			jsonb_build_object('name', left(wanted, 64)), 'name');
	end if;
	answer := jsonb_build_object('query', renkei_api.saved_query_json(before));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		insert into renkei.saved_query (name, version, saved_at, principal_uri)
		values (wanted, before.version + 1, clock_timestamp(), current_setting('renkei.principal'));
		perform renkei_api.office_keep('remove_query', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.remove_query to renkei_daemon;
