-- renkei_api.get_receipt - a receipt again.
-- Takes    GetReceiptRequest.      Returns  GetReceiptResponse; statement and signature are the daemon's.
-- Errors   RK404 RECEIPT_NOT_FOUND, the same for what is not there and for what the caller may not see; RK403.
create function renkei_api.get_receipt(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'secretariat', 'ministry');
	return jsonb_build_object('receipt', renkei_api.receipt_json(renkei_api.find_version(jsonb_build_object(
		'receipt_number', coalesce(nullif(p_request ->> 'number', ''), '-')))));
end $$;
grant execute on function renkei_api.get_receipt to renkei_daemon;
