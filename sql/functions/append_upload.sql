-- renkei_api.append_upload - the next bytes of an upload.
-- Takes    the upload; where the bytes begin; the bytes, at most 65,536.
-- Returns  how many bytes are there now.      Writes  renkei.attachment_content, attachment_chunk.
-- Errors   RK410 UPLOAD_SUPERSEDED another upload goes on with the file, or it was dropped; RK403.
create function renkei_api.append_upload(p_upload_id uuid, p_at integer, p_bytes bytea) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	c renkei.attachment_content;
begin
	perform renkei_api.require_role('municipality');
	update renkei.attachment_content x set held = x.held + octet_length(p_bytes), touched_at = clock_timestamp()
	where x.municipality_code = current_setting('renkei.tenant') and x.upload_id = p_upload_id and x.held = p_at returning x.* into c;
	if not found then
		perform renkei_api.refuse('RK410', 'UPLOAD_SUPERSEDED', 'another upload goes on with this file', '{}');
	end if;
	insert into renkei.attachment_chunk (municipality_code, sha256, at, bytes) values (c.municipality_code, c.sha256, p_at, p_bytes);
	return c.held;
end $$;
grant execute on function renkei_api.append_upload to renkei_daemon;
