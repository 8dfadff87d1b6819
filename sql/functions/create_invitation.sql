-- renkei_api.create_invitation - invite an organisation to get one certificate.
-- Takes    CreateInvitationRequest; the SHA-256 of a token nobody has seen yet, hexadecimal.
-- Returns  the field invitation of CreateInvitationResponse; it is open where the token was taken.      Writes  renkei.invitation.
-- Errors   RK400 REQUEST_ID_REQUIRED, INVITATION_DAYS_INVALID, those of invited_principal; RK404 MUNICIPALITY_NOT_FOUND;
--          RK409 HOLDER_HAS_OTHER_ROLE; RK406 REQUEST_ID_REUSED; RK403.
--
-- Who prepares a report does not release it (決裁): one person, as far as names tell, gets one of the two roles of a municipality.
create function renkei_api.create_invitation(p_request jsonb, p_token_sha256 text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id constant uuid := renkei_api.request_uuid(p_request);
	me constant text := current_setting('renkei.principal', true);
	now constant timestamptz := clock_timestamp();
	days constant integer := coalesce(nullif((p_request ->> 'valid_days')::integer, 0), 7);
	whom record;
	one renkei.invitation;
begin
	perform renkei_api.require_role('secretariat', 'operator');
	perform pg_advisory_xact_lock(hashtextextended(format('request %s %s', me, id), 0));
	if days not between 1 and 30 then
		perform renkei_api.refuse('RK400', 'INVITATION_DAYS_INVALID', format('an invitation of %s days; 1 to 30', days),
			jsonb_build_object('value', days::text, 'min', '1', 'max', '30'), 'valid_days');
	end if;
	whom := renkei_api.invited_principal(p_request);
	select i.* into one from renkei.invitation i where i.invited_by = me and i.request_id = id for update;
	if found and one.request_sha256 <> renkei_api.request_digest(p_request) then
		perform renkei_api.refuse('RK406', 'REQUEST_ID_REUSED', format('request id %s was used for something else', id),
			jsonb_build_object('request_id', id, 'sha256', encode(one.request_sha256, 'hex')), 'request_id');
	elsif found then
		-- Nobody keeps a token: who asks again gets another one, and the first is void.
		update renkei.invitation i set token_sha256 = decode(p_token_sha256, 'hex')
		where i.invitation_id = one.invitation_id and not coalesce((p_request ->> 'validate_only')::boolean, false) and i.used_at is null and i.revoked_at is null and i.expires_at > now;
		return jsonb_build_object('invitation', renkei_api.invitation_json(one));
	end if;
	one.invitation_id := gen_random_uuid();
	one.token_sha256 := decode(p_token_sha256, 'hex');
	one.principal_uri := whom.uri;
	one.role := whom.role;
	one.name := whom.name;
	one.holder := nullif(btrim(coalesce(p_request ->> 'holder', '')), '');
	if one.holder is not null and whom.role in ('municipality', 'approver') and exists (select from renkei.invitation i
		where i.role in ('municipality', 'approver') and i.role <> whom.role and split_part(i.principal_uri, '/', 5) = split_part(whom.uri, '/', 5)
			and renkei.fold_text(i.holder) = renkei.fold_text(one.holder) and i.revoked_at is null and (i.used_at is null and i.expires_at > now
				or exists (select from renkei.certificate c where c.invitation_id = i.invitation_id and c.revoked_at is null and coalesce(c.not_after > now, true))))
	then
		perform renkei_api.refuse('RK409', 'HOLDER_HAS_OTHER_ROLE', 'one of that name has the other role of this municipality: who prepares a report does not release it',
			jsonb_build_object('name', one.holder), 'holder');
	end if;
	one.invited_by := me;
	one.request_id := id;
	one.request_sha256 := renkei_api.request_digest(p_request);
	one.invited_at := now;
	one.expires_at := now + make_interval(days => days);
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		insert into renkei.invitation select one.*;
	end if;
	return jsonb_build_object('invitation', renkei_api.invitation_json(one));
end $$;
grant execute on function renkei_api.create_invitation to renkei_daemon;
