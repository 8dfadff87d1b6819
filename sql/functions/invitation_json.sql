-- renkei_api.invitation_json - an invitation as renkei.v1.Invitation.
create function renkei_api.invitation_json(p renkei.invitation) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('invitation_id', p.invitation_id, 'principal', p.principal_uri, 'role', p.role, 'name', p.name,
		'holder', p.holder, 'state', 'INVITATION_STATE_' || case when p.used_at is not null then 'USED' when p.revoked_at is not null then 'REVOKED'
			when p.expires_at <= clock_timestamp() then 'EXPIRED' else 'OPEN' end,
		'invited_by', p.invited_by, 'invited_at', renkei.time_json(p.invited_at), 'expires_at', renkei.time_json(p.expires_at),
		'used_at', renkei.time_json(p.used_at), 'revoked_at', renkei.time_json(p.revoked_at)))
$$;
