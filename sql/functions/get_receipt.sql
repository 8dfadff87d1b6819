-- renkei_api.get_receipt - a receipt again: of a version that was released, that of its release.
-- Takes    GetReceiptRequest.      Returns  GetReceiptResponse; statement and signature are the daemon's.
-- Errors   RK404 RECEIPT_NOT_FOUND, the same for what is not there and for what the caller may not see; RK403.
create function renkei_api.get_receipt(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v renkei.report_version;
	r renkei.report_release;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	v := renkei_api.find_version(jsonb_build_object('receipt_number', coalesce(nullif(p_request ->> 'number', ''), '-')));
	select k.* into r from renkei.report_release k where k.municipality_code = v.municipality_code and k.version_id = v.version_id;
	return jsonb_build_object('receipt', case when found then renkei_api.release_receipt_json(v, r) else renkei_api.receipt_json(v) end);
end $$;
grant execute on function renkei_api.get_receipt to renkei_daemon;
