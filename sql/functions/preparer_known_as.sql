-- renkei_api.preparer_known_as - whether the caller is known by the name or e-mail address of who may have prepared a version.
-- Takes    the caller begun by begin_call; the version.
-- Returns  null, or {"preparer", "approver"}: both as they were invited.
--
-- A certificate tells its key apart from others, not a person: one who prepared as an officer may have been invited as approver since, and the officer's
-- certificate revoked.  Which of several officers prepared a version is not known; anybody who could have is taken for it.
create function renkei_api.preparer_known_as(p_version renkei.report_version) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	me constant text := current_setting('renkei.principal');
	code constant text := p_version.municipality_code::text;
	own text;
	other text;
begin
	select i.holder into own from renkei.certificate c join renkei.invitation i on i.invitation_id = c.invitation_id
	where c.principal_uri = me and encode(c.spki_sha256, 'hex') = current_setting('renkei.key', true);
	if own is null then
		return null;
	end if;
	perform set_config('renkei.principal', p_version.principal_uri, true);
	select i.holder into other from renkei.certificate c join renkei.invitation i on i.invitation_id = c.invitation_id
	where c.principal_uri = p_version.principal_uri and c.registered_at <= p_version.received_at
		and coalesce(c.revoked_at > p_version.received_at, true) and coalesce(c.not_after > p_version.received_at, true)
		and renkei_api.holder_keys(i.holder, code) && renkei_api.holder_keys(own, code)
	order by c.registered_at desc limit 1;
	perform set_config('renkei.principal', me, true);
	return case when other is not null then jsonb_build_object('preparer', other, 'approver', own) end;
end $$;
