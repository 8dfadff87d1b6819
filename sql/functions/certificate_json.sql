-- renkei_api.certificate_json - a certificate as renkei.v1.Certificate.
-- Takes    the row; its principal's role and name; whom it is for (null = not known).
create function renkei_api.certificate_json(p renkei.certificate, p_role text, p_name text, p_holder text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('principal', p.principal_uri, 'role', p_role, 'name', p_name, 'holder', p_holder,
		'serial', lower(p.serial), 'issuer', p.issuer, 'key_sha256', encode(p.spki_sha256, 'hex'),
		'not_before', renkei.time_json(p.not_before), 'not_after', renkei.time_json(p.not_after),
		'registered_at', renkei.time_json(p.registered_at), 'revoked_at', renkei.time_json(p.revoked_at), 'revoked_reason', p.revoked_reason))
$$;
