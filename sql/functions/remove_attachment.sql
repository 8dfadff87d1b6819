-- renkei_api.remove_attachment - take an attachment of one's own away; its bytes too, when no other is made of them.
-- Takes    RemoveAttachmentRequest.
-- Returns  RemoveAttachmentResponse.      Writes  renkei.attachment, attachment_content, attachment_chunk, request, request_replay.
-- Errors   RK400 REQUEST_ID_REQUIRED; RK404 ATTACHMENT_NOT_FOUND; RK409 ATTACHMENT_REMOVED, ATTACHMENT_ACCEPTED; RK406 REQUEST_ID_REUSED;
--          RK403.
create function renkei_api.remove_attachment(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	id uuid;
	number constant text := coalesce(p_request ->> 'number', '');
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	a renkei.attachment;
begin
	perform renkei_api.require_role('municipality');
	id := renkei_api.request_uuid(p_request);
	answer := renkei_api.own_replay('remove_attachment', p_request, id);
	if answer is not null then
		return answer;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('attachments ' || own, 0));
	a := renkei_api.find_attachment(number);
	-- What others may read is not theirs to remove, and to say so would be no news.
	if a.municipality_code <> own then
		perform renkei_api.refuse('RK403', 'ATTACHMENT_NOT_YOURS', format('municipality %s may not remove %s', own, number),
			jsonb_build_object('municipality_code', a.municipality_code), 'number');
	-- Removed before requests to remove were kept.
	elsif a.removal_id = id then
		return jsonb_build_object('attachment', renkei_api.attachment_json(a));
	elsif a.removed_at is not null then
		perform renkei_api.refuse('RK409', 'ATTACHMENT_REMOVED', format('attachment %s was removed', number),
			jsonb_build_object('number', number, 'removed_at', renkei.time_json(a.removed_at)), 'number');
	end if;
	-- Whoever accepts the report holds the same lock.
	perform pg_advisory_xact_lock(hashtextextended(format('report %s %s %s %s', own, a.fiscal_year, a.quarter, a.variant), 0));
	if exists (select from renkei.report r where r.municipality_code = own and r.fiscal_year = a.fiscal_year and r.quarter = a.quarter
		and r.variant = a.variant and r.accepted_at >= a.received_at) then
		perform renkei_api.refuse('RK409', 'ATTACHMENT_ACCEPTED', format('a report was accepted since attachment %s was sent', number),
			jsonb_build_object('number', number, 'period', renkei.period_tag(a.fiscal_year, a.quarter, a.variant)), 'number');
	end if;
	if not dry then
		update renkei.attachment x set content = null, removed_at = clock_timestamp(), removed_by = current_setting('renkei.principal'), removal_id = id
		where x.municipality_code = own and x.fiscal_year = a.fiscal_year and x.quarter = a.quarter and x.variant = a.variant and x.serial = a.serial
		returning x.* into a;
		delete from renkei.attachment_content c where c.municipality_code = own and c.sha256 = a.sha256
			and not exists (select from renkei.attachment x where x.municipality_code = own and x.content = c.sha256);
	end if;
	answer := jsonb_build_object('attachment', renkei_api.attachment_json(a));
	if not dry then
		perform renkei_api.own_keep('remove_attachment', p_request, id, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.remove_attachment to renkei_daemon;
