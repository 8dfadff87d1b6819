-- renkei_api.get_report - one version with the exact bytes received.
-- Takes    GetReportRequest.
-- Returns  GetReportResponse without the field report, which the daemon reads out of report_bytes.
-- Errors   RK404 REPORT_NOT_FOUND, RECEIPT_NOT_FOUND; RK403.
create function renkei_api.get_report(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v renkei.report_version;
begin
	perform renkei_api.require_role('municipality', 'secretariat', 'ministry');
	v := renkei_api.find_version(p_request);
	return jsonb_build_object('summary', renkei_api.report_summary(v),
		'report_bytes', translate(encode(v.report, 'base64'), E'\n', ''), 'verdict', v.verdict);
end $$;
grant execute on function renkei_api.get_report to renkei_daemon;
