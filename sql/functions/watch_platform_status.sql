-- renkei_api.watch_platform_status - the matrix again, when it is another one than was told before.
-- Takes    WatchPlatformStatusRequest; the digest of what was told before, empty = nothing.
-- Returns  one row: the digest of what holds now, and WatchPlatformStatusResponse, with the matrix where it changed.
-- Errors   as renkei_api.get_platform_status.
create function renkei_api.watch_platform_status(p_request jsonb, p_digest text) returns table (digest text, reply jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	status constant jsonb := renkei_api.get_platform_status(p_request - 'as_of');
begin
	digest := encode(sha256(convert_to((status - 'as_of')::text, 'UTF8')), 'hex');
	reply := jsonb_build_object('as_of', status -> 'as_of')
		|| case when digest = p_digest then '{}' else jsonb_build_object('status', status) end;
	return next;
end $$;
grant execute on function renkei_api.watch_platform_status to renkei_daemon;
