-- renkei_api.revoke_certificates - refuse a key from the next call on, for ever, and those that were renewed from it.
-- Takes    RevokeCertificateRequest.      Returns  RevokeCertificateResponse.      Writes  renkei.certificate, office_request.
-- Errors   RK404 CERTIFICATE_NOT_FOUND; RK400 REASON_REQUIRED, TEXT_TOO_LONG, REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.revoke_certificates(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	me constant text := current_setting('renkei.principal', true);
	wanted constant text := lower(coalesce(p_request ->> 'key_sha256', ''));
	why constant text := btrim(coalesce(p_request ->> 'reason', ''));
	moment constant timestamptz := clock_timestamp();
	answer jsonb;
	keys bytea[];
	whose text;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	answer := renkei_api.office_replay('revoke_certificate', p_request);
	if answer is not null then
		return answer;
	end if;
	if renkei_api.is_blank(why) then
		perform renkei_api.refuse('RK400', 'REASON_REQUIRED', 'a certificate is revoked for a reason', '{}', 'reason');
	elsif char_length(why) > 1000 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a reason of %s characters; at most 1000', char_length(why)),
			jsonb_build_object('length', char_length(why)::text, 'max', '1000'), 'reason');
	end if;
	-- No renewal comes in between: it takes this lock, and looks again when it has it.
	perform set_config('renkei.principal', '*', true);
	select c.principal_uri into whose from renkei.certificate c where encode(c.spki_sha256, 'hex') = wanted;
	perform set_config('renkei.principal', me, true);
	perform pg_advisory_xact_lock(hashtextextended('certificates of ' || whose, 0)) where whose is not null;
	with recursive seen as materialized (
		select c.certificate as c, c.role, c.name, c.holder from renkei_api.certificates_of() c
	), line as (
		select (s.c).spki_sha256::bytea as key, 0 as depth from seen s where encode((s.c).spki_sha256, 'hex') = wanted
		union
		select (s.c).spki_sha256, l.depth + 1 from seen s join line l on (s.c).renewed_from = l.key
		where not coalesce((p_request ->> 'keep_renewals')::boolean, false)
	)
	select array_agg(l.key order by l.depth), jsonb_build_object('certificates', jsonb_agg(renkei_api.certificate_json(s.c, s.role, s.name, s.holder)
		|| jsonb_build_object('revoked_at', renkei.time_json(coalesce((s.c).revoked_at, moment)),
			'revoked_reason', case when (s.c).revoked_at is null then why else (s.c).revoked_reason end) order by l.depth))
	into keys, answer from line l join seen s on (s.c).spki_sha256 = l.key;
	if keys is null then
		perform renkei_api.refuse('RK404', 'CERTIFICATE_NOT_FOUND', format('there is no certificate with key %s', left(wanted, 64)),
			jsonb_build_object('key', left(wanted, 64)), 'key_sha256');
	end if;
	if split_part(whose, '/', 4) = 'operator' then
		perform renkei_api.require_role('operator');
	end if;
	if not dry then
		-- Who has stolen a key may have invited with it.
		update renkei.invitation i set revoked_at = moment, revoked_by = me
		where i.invited_by = whose and i.used_at is null and i.revoked_at is null and i.expires_at > moment
			and not coalesce((p_request ->> 'keep_renewals')::boolean, false);
		perform set_config('renkei.principal', '*', true);
		update renkei.certificate c set revoked_at = moment, revoked_reason = why, revoked_by = me
		where c.spki_sha256 = any (keys) and c.revoked_at is null;
		perform set_config('renkei.principal', me, true);
		perform renkei_api.office_keep('revoke_certificate', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.revoke_certificates to renkei_daemon;
