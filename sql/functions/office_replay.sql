-- renkei_api.office_replay - has the secretariat asked this before.
-- Takes    the method; the request.
-- Returns  the first answer, or null: then the request id is locked for this transaction.
-- Writes   renkei.office_request: a repeated answer rests on a commit of its own.
-- Errors   RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED.
create function renkei_api.office_replay(p_method text, p_request jsonb) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	id constant uuid := renkei_api.request_uuid(p_request);
	who constant text := current_setting('renkei.principal');
	answer jsonb;
	used renkei.sha256;
begin
	perform pg_advisory_xact_lock(hashtextextended(format('request %s %s', who, id), 0));
	if coalesce((p_request ->> 'validate_only')::boolean, false) then
		return null;
	end if;
	update renkei.office_request q set replays = q.replays + 1
	where q.principal_uri = who and q.request_id = id and q.method = p_method and q.sha256 = renkei_api.request_digest(p_request)
	returning q.answer into answer;
	if not found then
		select q.sha256 into used from renkei.office_request q where q.principal_uri = who and q.request_id = id;
	end if;
	if used is not null then
		perform renkei_api.refuse('RK406', 'REQUEST_ID_REUSED', format('request id %s was used for something else', id),
			jsonb_build_object('request_id', id, 'sha256', encode(used, 'hex')), 'request_id');
	end if;
	return answer;
end $$;
