-- renkei_api.finish_upload - all bytes of an upload are there, and the daemon found their SHA-256 right: attach them.
-- Takes    the upload; its head; what the bytes are; the limits of begin_upload.
-- Returns  UploadAttachmentResponse without statement and signature.      Writes  renkei.attachment_content, attachment.
-- Errors   RK410 UPLOAD_SUPERSEDED; those of attach_content; RK403.
create function renkei_api.finish_upload(p_upload_id uuid, p_head jsonb, p_type text, p_limits jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality');
	perform pg_advisory_xact_lock(hashtextextended('attachments ' || current_setting('renkei.tenant'), 0));
	update renkei.attachment_content x set type = p_type, upload_id = null, completed_at = clock_timestamp()
	where x.municipality_code = current_setting('renkei.tenant') and x.upload_id = p_upload_id and x.held = x.size;
	if not found then
		perform renkei_api.refuse('RK410', 'UPLOAD_SUPERSEDED', 'another upload goes on with this file', '{}');
	end if;
	return renkei_api.attach_content(p_head, p_limits);
end $$;
grant execute on function renkei_api.finish_upload to renkei_daemon;
