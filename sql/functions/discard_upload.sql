-- renkei_api.discard_upload - the bytes of an upload are not what was announced, or cannot be attached: drop them.      Writes  renkei.attachment_content, attachment_chunk.
-- Errors   RK403.
create function renkei_api.discard_upload(p_upload_id uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality');
	delete from renkei.attachment_content x where x.municipality_code = current_setting('renkei.tenant') and x.upload_id = p_upload_id;
end $$;
grant execute on function renkei_api.discard_upload to renkei_daemon;
