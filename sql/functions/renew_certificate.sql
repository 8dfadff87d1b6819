-- renkei_api.renew_certificate - the caller's next certificate, for a new key; the present one stays as it is.
-- Takes    {"current_spki" (hexadecimal), and what enter_certificate takes}; the name of the authority.
-- Returns  one row, as issued_certificate: the same one when this key was certified over the same one already.
-- Writes   renkei.certificate.
-- Errors   RK400 KEY_NOT_NEW; RK406 KEY_IN_USE; RK401 CERTIFICATE_REVOKED; RK429 CERTIFICATES_TOO_MANY; RK403.
create function renkei_api.renew_certificate(p_facts jsonb, p_issuer text)
returns table (reply jsonb, uri text, serial text, not_before bigint, not_after bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant text := current_setting('renkei.principal', true);
	key constant bytea := decode(p_facts ->> 'spki_sha256', 'hex');
	shown constant bytea := decode(p_facts ->> 'current_spki', 'hex');
	whom renkei.principal;
	made renkei.certificate;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	if key = shown then
		perform renkei_api.refuse('RK400', 'KEY_NOT_NEW', 'a certificate is renewed with a new key', '{}', 'csr');
	end if;
	perform pg_advisory_xact_lock(hashtextextended('certificates of ' || me, 0));
	-- Revoked while it waited: whoever revokes holds the same lock.
	if exists (select from renkei.certificate c where c.spki_sha256 = shown and c.revoked_at is not null) then
		perform renkei_api.refuse('RK401', 'CERTIFICATE_REVOKED', 'this certificate is revoked',
			(select jsonb_build_object('revoked_at', renkei.time_json(c.revoked_at)) from renkei.certificate c where c.spki_sha256 = shown));
	end if;
	perform set_config('renkei.principal', '*', true);
	select c.* into made from renkei.certificate c where c.spki_sha256 = key;
	perform set_config('renkei.principal', me, true);
	if made.spki_sha256 is not null and (made.principal_uri <> me or made.renewed_from is distinct from shown) then
		perform renkei_api.refuse('RK406', 'KEY_IN_USE', 'this key has a certificate already; a new one needs a new key', '{}', 'csr');
	elsif made.revoked_at is not null then
		perform renkei_api.refuse('RK401', 'CERTIFICATE_REVOKED', 'this certificate is revoked',
			jsonb_build_object('revoked_at', renkei.time_json(made.revoked_at)));
	end if;
	if made.spki_sha256 is null then
		select p.* into whom from renkei.principal p where p.principal_uri = me;
		made := renkei_api.enter_certificate(whom, p_facts, p_issuer,
			(select c.invitation_id from renkei.certificate c where c.spki_sha256 = shown), shown);
	end if;
	return query select * from renkei_api.issued_certificate(made);
end $$;
grant execute on function renkei_api.renew_certificate to renkei_daemon;
