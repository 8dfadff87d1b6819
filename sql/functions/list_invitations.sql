-- renkei_api.list_invitations - invitations, newest first.
-- Takes    ListInvitationsRequest.      Returns  ListInvitationsResponse.      Errors  RK403.
create function renkei_api.list_invitations(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('secretariat', 'operator');
	return (select jsonb_build_object('invitations', coalesce(jsonb_agg(renkei_api.invitation_json(i) order by i.invited_at desc, i.invitation_id), '[]'))
		from (select i.* from renkei.invitation i
			where coalesce((p_request ->> 'include_closed')::boolean, false)
				or i.used_at is null and i.revoked_at is null and i.expires_at > clock_timestamp()
			order by i.invited_at desc, i.invitation_id limit 1000) i);
end $$;
grant execute on function renkei_api.list_invitations to renkei_daemon;
