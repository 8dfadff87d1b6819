-- renkei_api.get_attachment_receipt - the receipt of an attachment again.
-- Takes    GetAttachmentReceiptRequest.      Returns  GetAttachmentReceiptResponse; statement and signature are the daemon's.
-- Errors   RK404 ATTACHMENT_NOT_FOUND; RK403; RK403 CONTENT_NOT_DISCLOSED where it names a record that the caller is not told of: what is signed cannot be shown
--          in part.
create function renkei_api.get_attachment_receipt(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	a renkei.attachment;
	shown boolean;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	a := renkei_api.find_attachment(coalesce(p_request ->> 'number', ''));
	perform set_config('renkei.tenant', a.municipality_code, true);
	shown := renkei_api.attachment_record_shown(a, current_setting('renkei.role', true), own);
	perform set_config('renkei.tenant', own, true);
	if not shown then
		perform renkei_api.refuse('RK403', 'CONTENT_NOT_DISCLOSED', 'the receipt names a record that is not shown', '{}', 'number');
	end if;
	return jsonb_build_object('receipt', renkei_api.attachment_receipt_json(a));
end $$;
grant execute on function renkei_api.get_attachment_receipt to renkei_daemon;
