-- renkei_api.revoke_invitation - take an invitation back before it is used; one that is taken back or expired already stays as it is.
-- Takes    RevokeInvitationRequest.      Returns  RevokeInvitationResponse.      Writes  renkei.invitation, office_request.
-- Errors   RK404 INVITATION_NOT_FOUND; RK409 INVITATION_USED; RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.revoke_invitation(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	wanted constant text := coalesce(p_request ->> 'invitation_id', '');
	answer jsonb;
	one renkei.invitation;
begin
	perform renkei_api.require_role('secretariat', 'operator');
	answer := renkei_api.office_replay('revoke_invitation', p_request);
	if answer is not null then
		return answer;
	end if;
	select i.* into one from renkei.invitation i where i.invitation_id::text = lower(wanted) for update;
	if not found then
		perform renkei_api.refuse('RK404', 'INVITATION_NOT_FOUND', format('there is no invitation %s', left(wanted, 40)),
			jsonb_build_object('invitation_id', left(wanted, 40)), 'invitation_id');
	elsif one.role = 'operator' and current_setting('renkei.role') <> 'operator' then
		perform renkei_api.require_role('operator');
	elsif one.used_at is not null then
		perform renkei_api.refuse('RK409', 'INVITATION_USED', format('invitation %s was used', wanted),
			jsonb_build_object('used_at', renkei.time_json(one.used_at)), 'invitation_id');
	end if;
	one.revoked_by := case when one.revoked_at is null then current_setting('renkei.principal') else one.revoked_by end;
	one.revoked_at := coalesce(one.revoked_at, clock_timestamp());
	answer := jsonb_build_object('invitation', renkei_api.invitation_json(one));
	if not dry then
		update renkei.invitation i set revoked_at = one.revoked_at, revoked_by = one.revoked_by where i.invitation_id = one.invitation_id;
		perform renkei_api.office_keep('revoke_invitation', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.revoke_invitation to renkei_daemon;
