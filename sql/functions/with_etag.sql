-- renkei_api.with_etag - a registry record with the digest of its content as etag.
create function renkei_api.with_etag(p_record jsonb) returns jsonb
language sql immutable parallel safe as $$
	select p_record || jsonb_build_object('etag', left(encode(sha256(convert_to(p_record::text, 'UTF8')), 'hex'), 16))
$$;
