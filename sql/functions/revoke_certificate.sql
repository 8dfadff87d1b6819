-- renkei_api.revoke_certificate - refuse a key from the next call on, for ever.
-- Takes    the SHA-256 of the key's SubjectPublicKeyInfo; why.
-- Returns  when it was revoked first.      Writes  renkei.certificate.      Errors  RK404 IDENTITY_UNKNOWN.
create function renkei_api.revoke_certificate(p_spki bytea, p_reason text) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment timestamptz;
begin
	perform set_config('renkei.principal', '*', true);
	update renkei.certificate c set revoked_at = coalesce(c.revoked_at, clock_timestamp()),
		revoked_reason = coalesce(c.revoked_reason, p_reason)
	where c.spki_sha256 = p_spki
	returning c.revoked_at into moment;
	if not found then
		perform renkei_api.refuse('RK404', 'IDENTITY_UNKNOWN', format('there is no certificate with key %s', encode(p_spki, 'hex')),
			jsonb_build_object('spki', encode(p_spki, 'hex')));
	end if;
	return moment;
end $$;
grant execute on function renkei_api.revoke_certificate to renkei_migrate;
