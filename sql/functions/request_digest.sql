-- renkei_api.request_digest - SHA-256 of a request without its id and validate_only: the same wish has the same digest.
create function renkei_api.request_digest(p_request jsonb) returns bytea
language sql immutable parallel safe as $$
	select sha256(convert_to((p_request - 'request_id' - 'validate_only')::text, 'UTF8'))
$$;
