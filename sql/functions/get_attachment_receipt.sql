-- renkei_api.get_attachment_receipt - the receipt of an attachment again.
-- Takes    GetAttachmentReceiptRequest.      Returns  GetAttachmentReceiptResponse; statement and signature are the daemon's.
-- Errors   RK404 ATTACHMENT_NOT_FOUND; RK403.
create function renkei_api.get_attachment_receipt(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	return jsonb_build_object('receipt', renkei_api.attachment_receipt_json(renkei_api.find_attachment(coalesce(p_request ->> 'number', ''))));
end $$;
grant execute on function renkei_api.get_attachment_receipt to renkei_daemon;
