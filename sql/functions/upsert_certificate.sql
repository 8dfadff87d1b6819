-- renkei_api.upsert_certificate - enter a key of a principal; a revoked key stays revoked.
-- Takes    whose; the SHA-256 of the SubjectPublicKeyInfo; serial, issuer and end of the certificate.
-- Writes   renkei.certificate.      Errors  RK404 IDENTITY_UNKNOWN; certificate_key_once: the key is another principal's.
create function renkei_api.upsert_certificate(p_uri text, p_spki bytea, p_serial text, p_issuer text, p_not_after timestamptz)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.principal', p_uri, true);
	if not exists (select from renkei.principal p where p.principal_uri = p_uri) then
		perform renkei_api.refuse('RK404', 'IDENTITY_UNKNOWN', format('there is no principal %s', p_uri),
			jsonb_build_object('principal', p_uri));
	end if;
	insert into renkei.certificate (principal_uri, spki_sha256, serial, issuer, not_after)
	values (p_uri, p_spki, p_serial, p_issuer, p_not_after)
	on conflict (principal_uri, spki_sha256) do update set serial = excluded.serial, issuer = excluded.issuer,
		not_after = excluded.not_after;
end $$;
grant execute on function renkei_api.upsert_certificate to renkei_migrate;
