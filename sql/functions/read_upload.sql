-- renkei_api.read_upload - the pieces of an upload from a byte on, so that the daemon knows what it goes on from.
-- Returns  the bytes of at most 16 pieces, 1 MiB; null when none begins there.      Errors  RK403.
create function renkei_api.read_upload(p_upload_id uuid, p_at integer) returns bytea
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality');
	return (select string_agg(p.bytes, '' order by p.at) from (select k.at, k.bytes from renkei.attachment_content x
		join renkei.attachment_chunk k on k.municipality_code = x.municipality_code and k.sha256 = x.sha256 and k.at >= p_at
		where x.municipality_code = current_setting('renkei.tenant') and x.upload_id = p_upload_id order by k.at limit 16) p having min(p.at) = p_at);
end $$;
grant execute on function renkei_api.read_upload to renkei_daemon;
