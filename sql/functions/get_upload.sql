-- renkei_api.get_upload - how many bytes of a file of one's own are there.
-- Takes    GetUploadRequest.      Returns  GetUploadResponse.
-- Errors   RK400 SHA256_INVALID; RK403 ATTACHMENT_NOT_YOURS, ROLE_NOT_ALLOWED.
create function renkei_api.get_upload(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	c renkei.attachment_content;
begin
	perform renkei_api.require_role('municipality');
	if own is distinct from p_request ->> 'municipality_code' then
		perform renkei_api.refuse('RK403', 'ATTACHMENT_NOT_YOURS', format('municipality %s may not attach for %s', own,
			coalesce(p_request ->> 'municipality_code', 'nobody')),
			jsonb_build_object('municipality_code', left(p_request ->> 'municipality_code', 6)), 'municipality_code');
	elsif coalesce(p_request ->> 'sha256', '') !~ '^[0-9a-f]{64}$' then
		perform renkei_api.refuse('RK400', 'SHA256_INVALID', 'sha256 is not 64 digits of lower-case hexadecimal', '{}', 'sha256');
	end if;
	select x.* into c from renkei.attachment_content x where x.municipality_code = own and x.sha256 = decode(p_request ->> 'sha256', 'hex');
	return jsonb_build_object('held', coalesce(c.held, 0), 'complete', c.completed_at is not null);
end $$;
grant execute on function renkei_api.get_upload to renkei_daemon;
