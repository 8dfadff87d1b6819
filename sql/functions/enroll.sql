-- renkei_api.enroll - use an invitation: nobody is calling yet, the token is all there is.
-- Takes    {"token_sha256" (hexadecimal), and what enter_certificate takes}; the name of the authority.
-- Returns  one row, as issued_certificate: the same one when this key used the invitation already.
-- Writes   renkei.invitation, principal, certificate.
-- Errors   RK403 INVITATION_UNKNOWN; RK409 INVITATION_USED, INVITATION_EXPIRED, INVITATION_REVOKED; RK401 PRINCIPAL_SUSPENDED,
--          CERTIFICATE_REVOKED; RK406 KEY_IN_USE; RK429 CERTIFICATES_TOO_MANY.
create function renkei_api.enroll(p_facts jsonb, p_issuer text)
returns table (reply jsonb, uri text, serial text, not_before bigint, not_after bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	key constant bytea := decode(p_facts ->> 'spki_sha256', 'hex');
	now constant timestamptz := clock_timestamp();
	one renkei.invitation;
	whom renkei.principal;
	made renkei.certificate;
begin
	perform set_config('renkei.token', p_facts ->> 'token_sha256', true);
	select i.* into one from renkei.invitation i where i.token_sha256 = decode(p_facts ->> 'token_sha256', 'hex') for update;
	if not found then
		perform renkei_api.refuse('RK403', 'INVITATION_UNKNOWN', 'there is no invitation with this token');
	elsif one.revoked_at is not null then
		perform renkei_api.refuse('RK409', 'INVITATION_REVOKED', 'this invitation was taken back',
			jsonb_build_object('revoked_at', renkei.time_json(one.revoked_at)));
	elsif one.used_at is not null and one.used_spki <> key then
		perform renkei_api.refuse('RK409', 'INVITATION_USED', 'this invitation was used', jsonb_build_object('used_at', renkei.time_json(one.used_at)));
	elsif one.used_at is null and one.expires_at <= now then
		perform renkei_api.refuse('RK409', 'INVITATION_EXPIRED', 'the time of this invitation is over',
			jsonb_build_object('expires_at', renkei.time_json(one.expires_at)));
	end if;
	-- All keys are looked at once: one that is in use is in use, whosever it is.
	perform set_config('renkei.principal', '*', true);
	select c.* into made from renkei.certificate c where c.spki_sha256 = key;
	perform set_config('renkei.principal', one.principal_uri, true);
	if made.revoked_at is not null and made.invitation_id = one.invitation_id then
		perform renkei_api.refuse('RK401', 'CERTIFICATE_REVOKED', 'the certificate of this invitation is revoked',
			jsonb_build_object('revoked_at', renkei.time_json(made.revoked_at)));
	elsif made.spki_sha256 is not null and made.invitation_id is distinct from one.invitation_id then
		perform renkei_api.refuse('RK406', 'KEY_IN_USE', 'this key has a certificate already; a new one needs a new key');
	end if;
	insert into renkei.principal (principal_uri, role, municipality_code, name)
	values (one.principal_uri, one.role, case when one.role in ('municipality', 'approver') then split_part(one.principal_uri, '/', 5) end, one.name)
	on conflict (principal_uri) do nothing;
	select p.* into whom from renkei.principal p where p.principal_uri = one.principal_uri;
	if whom.state <> 'active' then
		perform renkei_api.refuse('RK401', 'PRINCIPAL_SUSPENDED', 'this principal is suspended', jsonb_build_object('principal', one.principal_uri));
	end if;
	if made.spki_sha256 is null then
		made := renkei_api.enter_certificate(whom, p_facts, p_issuer, one.invitation_id, null);
		update renkei.invitation i set used_at = now, used_spki = key where i.invitation_id = one.invitation_id;
	end if;
	return query select * from renkei_api.issued_certificate(made);
	perform set_config('renkei.principal', '', true), set_config('renkei.token', '', true);
end $$;
grant execute on function renkei_api.enroll to renkei_daemon;
