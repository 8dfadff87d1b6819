-- renkei_api.get_relayed_upload - how many bytes of a sealed file are there, and whether the others would be taken.
-- Takes    the sealed head of an upload, whose actor is the officer that sealed it.      Returns  GetRelayedUploadResponse.
-- Errors   those of upload_judged; RK403 ROLE_NOT_ALLOWED.  What the file is evidence of is judged when it is whole: the report may come with it.
create function renkei_api.get_relayed_upload(p_head jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality');
	perform renkei_api.upload_judged(p_head);
	return renkei_api.get_upload(p_head);
end $$;
grant execute on function renkei_api.get_relayed_upload to renkei_daemon;
