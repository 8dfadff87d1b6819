-- renkei_api.get_report - one version with the exact bytes received.
-- Takes    GetReportRequest.
-- Returns  GetReportResponse without the field report, which the daemon reads out of report_bytes.
-- Errors   RK404 REPORT_NOT_FOUND, RECEIPT_NOT_FOUND; RK403; to the ministry RK403 CONTENT_NOT_DISCLOSED where a record is for the
--          secretariat alone: bytes cannot be shown in part.
create function renkei_api.get_report(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v renkei.report_version;
	as_of constant timestamptz := (p_request ->> 'as_of')::timestamptz;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	v := renkei_api.find_version(p_request);
	if current_setting('renkei.role') = 'ministry' and exists (
		select from renkei.activity r where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.disclosure = 'secretariat'
		union all
		select from renkei.need r where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.disclosure = 'secretariat'
		union all
		select from renkei.outcome r where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.disclosure = 'secretariat'
		union all
		select from renkei.challenge r where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.disclosure = 'secretariat'
		union all
		select from renkei.project r where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.disclosure = 'secretariat'
		union all
		select from renkei.policy_contribution r where r.municipality_code = v.municipality_code and r.version_id = v.version_id
			and r.disclosure = 'secretariat') then
		perform renkei_api.refuse('RK403', 'CONTENT_NOT_DISCLOSED', 'the report holds records for the secretariat alone',
			jsonb_build_object('receipt_number', v.receipt_number));
	end if;
	return jsonb_build_object('summary', renkei_api.report_summary(v, as_of),
		'report_bytes', translate(encode(v.report, 'base64'), E'\n', ''), 'verdict', v.verdict)
		|| renkei_api.as_of_json(as_of);
end $$;
grant execute on function renkei_api.get_report to renkei_daemon;
