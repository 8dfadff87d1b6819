-- renkei_api.expire_uploads - drop uploads that nobody went on with; one at a time does it.
-- Takes    hours since an upload last brought something.
-- Returns  how many were dropped, at most 10: so many are deleted in time, however large; null when another is at it.      Writes  renkei.attachment_content, attachment_chunk.
create function renkei_api.expire_uploads(p_hours integer) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	dropped bigint;
begin
	if not pg_try_advisory_xact_lock(hashtextextended('expire_uploads', 0)) then
		return null;
	end if;
	perform set_config('renkei.tenant', '*', true);
	-- What an upload holds at this moment has not expired; and nobody waits for the other.
	delete from renkei.attachment_content x using (select o.municipality_code, o.sha256 from renkei.attachment_content o
		where o.completed_at is null and o.touched_at < clock_timestamp() - make_interval(hours => greatest(p_hours, 1))
		order by o.touched_at limit 10 for update skip locked) o
	where x.municipality_code = o.municipality_code and x.sha256 = o.sha256 and x.completed_at is null;
	get diagnostics dropped = row_count;
	perform set_config('renkei.tenant', own, true);
	return dropped;
end $$;
grant execute on function renkei_api.expire_uploads to renkei_daemon;
