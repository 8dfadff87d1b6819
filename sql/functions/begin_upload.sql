-- renkei_api.begin_upload - begin to send a file, or go on where it stopped.
-- Takes    the head of an upload; limits of the daemon: {"bytes": of a municipality, "files": of a quarter, "hours": until an unfinished
--          upload expires, "key_id": the key that signs}.
-- Returns  {"done": UploadAttachmentResponse without statement and signature}, or {"upload_id", "held"}: the bytes that follow are welcome.
-- Writes   renkei.attachment_content, attachment_chunk, attachment.
-- Errors   those of upload_judged and attach_content; RK400 CHUNK_OUT_OF_ORDER; RK429 ATTACHMENTS_TOO_LARGE; RK403.
create function renkei_api.begin_upload(p_head jsonb, p_limits jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	now constant timestamptz := clock_timestamp();
	start constant bigint := coalesce((p_head ->> 'offset')::bigint, 0);
	sum_wanted constant bytea := case when p_head ->> 'sha256' ~ '^[0-9a-f]{64}$' then decode(p_head ->> 'sha256', 'hex') end;
	c renkei.attachment_content;
	done jsonb;
	there integer;
	used bigint;
begin
	perform renkei_api.require_role('municipality');
	perform renkei_api.upload_judged(p_head);
	perform pg_advisory_xact_lock(hashtextextended('attachments ' || own, 0));
	delete from renkei.attachment_content x where x.municipality_code = own and x.completed_at is null
		and x.touched_at < now - make_interval(hours => (p_limits ->> 'hours')::integer);
	done := renkei_api.attach_content(p_head, p_limits);
	if done is not null then
		return jsonb_build_object('done', done);
	end if;
	select x.* into c from renkei.attachment_content x where x.municipality_code = own and x.sha256 = sum_wanted for update;
	-- Of two sizes of the same digest one is wrong, and nobody can tell which: those bytes begin anew.
	there := (case when c.size = (p_head ->> 'size')::bigint then c.held else 0 end);
	if start <> 0 and start <> there then
		perform renkei_api.refuse('RK400', 'CHUNK_OUT_OF_ORDER', format('the bytes begin at %s; %s are there', start, there),
			jsonb_build_object('offset', start::text, 'expected', there::text), 'head.offset');
	elsif c.sha256 is not null and start = 0 then
		delete from renkei.attachment_content x where x.municipality_code = own and x.sha256 = sum_wanted;
	end if;
	if start > 0 then
		update renkei.attachment_content x set upload_id = gen_random_uuid(), touched_at = now
		where x.municipality_code = own and x.sha256 = sum_wanted returning x.* into c;
		return jsonb_build_object('upload_id', c.upload_id, 'held', c.held);
	end if;
	-- A small upload counts as one chunk while it is unfinished: so their number has a limit too.
	select coalesce(sum(case when x.completed_at is null then greatest(x.size, 65536) else x.size end), 0) into used
	from renkei.attachment_content x where x.municipality_code = own;
	if used + (p_head ->> 'size')::bigint > (p_limits ->> 'bytes')::bigint then
		perform renkei_api.refuse('RK429', 'ATTACHMENTS_TOO_LARGE', format('%s bytes of attachments, and %s more; at most %s', used,
			p_head ->> 'size', p_limits ->> 'bytes'), jsonb_build_object('used', used::text, 'size', p_head ->> 'size',
			'limit', p_limits ->> 'bytes', 'used_mib', round(used / 1048576.0, 1)::text, 'size_mib', round((p_head ->> 'size')::numeric / 1048576, 1)::text,
			'limit_mib', round((p_limits ->> 'bytes')::numeric / 1048576, 1)::text), 'head.size');
	end if;
	insert into renkei.attachment_content (municipality_code, sha256, size, upload_id, begun_at, touched_at)
	values (own, sum_wanted, (p_head ->> 'size')::bigint, gen_random_uuid(), now, now) returning * into c;
	return jsonb_build_object('upload_id', c.upload_id, 'held', 0);
end $$;
grant execute on function renkei_api.begin_upload to renkei_daemon;
