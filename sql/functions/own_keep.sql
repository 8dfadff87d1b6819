-- renkei_api.own_keep - keep the answer to a request of a municipality for ever.      Writes  renkei.request.
create function renkei_api.own_keep(p_method text, p_request jsonb, p_id uuid, p_answer jsonb) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
	insert into renkei.request (municipality_code, request_id, principal_uri, method, sha256, answer, received_at)
	values (current_setting('renkei.tenant'), p_id, current_setting('renkei.principal'), p_method, renkei_api.request_digest(p_request),
		p_answer, clock_timestamp())
$$;
