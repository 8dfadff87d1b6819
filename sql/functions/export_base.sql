-- renkei_api.export_base - the bundle whose changes a delta tells.
-- Takes    a schedule; the moment the delta is of, RFC 3339, null = now.
-- Returns  id and the manifest's SHA-256 of the latest whole bundle of that schedule that is still given out and is of no later moment; no row
--          when there is none.
create function renkei_api.export_base(p_name text, p_as_of text) returns table (id text, manifest_sha256 text)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.exports', 'on', true);
	return query select r.bundle_id, r.manifest_sha256 from renkei.export_run r
	where r.name = p_name and r.state = 'done' and r.removed_at is null and r.base_id is null
		and r.as_of <= coalesce(nullif(p_as_of, '')::timestamptz, clock_timestamp())
	order by r.as_of desc, r.due_at desc limit 1;
	perform set_config('renkei.exports', '', true);
end $$;
grant execute on function renkei_api.export_base to renkei_daemon;
