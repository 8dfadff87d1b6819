-- renkei_api.office_keep - keep the answer to a request of the secretariat for ever.      Writes  renkei.office_request.
create function renkei_api.office_keep(p_method text, p_request jsonb, p_answer jsonb) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
	insert into renkei.office_request (principal_uri, request_id, method, sha256, answer, received_at)
	values (current_setting('renkei.principal'), renkei_api.request_uuid(p_request), p_method,
		renkei_api.request_digest(p_request), p_answer, clock_timestamp())
$$;
