-- renkei_api.download_attachment - what an attachment is, and a piece of its bytes.
-- Takes    its number; the first byte wanted.
-- Returns  one row: renkei.v1.Attachment as JSON, and the bytes from there to the end of their piece; none when there are no more.
-- Errors   RK404 ATTACHMENT_NOT_FOUND; RK409 ATTACHMENT_REMOVED; RK400 ARGUMENT_INVALID; RK403.
create function renkei_api.download_attachment(p_number text, p_at bigint) returns table (reply text, bytes bytea)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	a renkei.attachment;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	a := renkei_api.find_attachment(p_number);
	if a.removed_at is not null then
		perform renkei_api.refuse('RK409', 'ATTACHMENT_REMOVED', format('attachment %s was removed', p_number),
			jsonb_build_object('number', p_number, 'removed_at', renkei.time_json(a.removed_at)), 'number');
	elsif p_at not between 0 and a.size then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('byte %s of %s', p_at, a.size),
			jsonb_build_object('value', p_at::text, 'range', '0-' || a.size), 'offset');
	end if;
	perform set_config('renkei.tenant', a.municipality_code, true);
	reply := renkei_api.attachment_for_reader(a, current_setting('renkei.role', true), own)::text;
	select substr(k.bytes, (p_at - k.at)::integer + 1) into bytes from renkei.attachment_chunk k
	where k.municipality_code = a.municipality_code and k.sha256 = a.content and k.at <= p_at order by k.at desc limit 1;
	perform set_config('renkei.tenant', own, true);
	return next;
end $$;
grant execute on function renkei_api.download_attachment to renkei_daemon;
