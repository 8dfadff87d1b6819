-- renkei_api.read_upload - the piece of an upload that begins at a byte, so that the daemon knows what it goes on from.
-- Returns  the bytes; null when no piece begins there.      Errors  RK403.
create function renkei_api.read_upload(p_upload_id uuid, p_at integer) returns bytea
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality');
	return (select k.bytes from renkei.attachment_content x
		join renkei.attachment_chunk k on k.municipality_code = x.municipality_code and k.sha256 = x.sha256 and k.at = p_at
		where x.municipality_code = current_setting('renkei.tenant') and x.upload_id = p_upload_id);
end $$;
grant execute on function renkei_api.read_upload to renkei_daemon;
