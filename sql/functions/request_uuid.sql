-- renkei_api.request_uuid - the id of a writing request.      Errors  RK400 REQUEST_ID_REQUIRED.
create function renkei_api.request_uuid(p_request jsonb) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	if coalesce(p_request ->> 'request_id', '') !~ '^(?![0-]*$)[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' then
		perform renkei_api.refuse('RK400', 'REQUEST_ID_REQUIRED', 'request_id is not a UUID', '{}', 'request_id');
	end if;
	return (p_request ->> 'request_id')::uuid;
end $$;
