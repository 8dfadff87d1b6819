-- renkei_api.get_report - one version with the exact bytes received.
-- Takes    GetReportRequest.
-- Returns  GetReportResponse without the field report, which the daemon reads out of report_bytes.
-- Errors   RK400 AS_OF_FUTURE; RK404 REPORT_NOT_FOUND, RECEIPT_NOT_FOUND; RK403; to the ministry RK403 CONTENT_NOT_DISCLOSED where a record is for the
--          secretariat alone: bytes cannot be shown in part.
create function renkei_api.get_report(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v renkei.report_version;
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	attached jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	v := renkei_api.find_version(p_request);
	if current_setting('renkei.role') = 'ministry' and exists (
		select from renkei_api.record_disclosures r
		where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.disclosure = 'secretariat') then
		perform renkei_api.refuse('RK403', 'CONTENT_NOT_DISCLOSED', 'the report holds records for the secretariat alone',
			jsonb_build_object('receipt_number', v.receipt_number));
	end if;
	-- Others' attachments are looked at too: the wall is opened for this one question.
	perform set_config('renkei.tenant', '*', true);
	attached := (select jsonb_agg(renkei_api.attachment_for_reader(case when a.removed_at > as_of then jsonb_populate_record(a, '{"removed_at": null}') else a end,
			current_setting('renkei.role'), own) order by a.serial) from renkei.attachment a
		where a.municipality_code = v.municipality_code and a.fiscal_year = v.fiscal_year and a.quarter = v.quarter and a.variant = v.variant
			and (a.removed_at is null or a.removed_at > as_of) and (as_of is null or a.received_at <= as_of)
			and renkei_api.attachment_seen(a, current_setting('renkei.role'), own));
	perform set_config('renkei.tenant', own, true);
	return coalesce((select jsonb_build_object('comparison', c.comparison || jsonb_build_object('compared_at', renkei.time_json(c.compared_at)))
			from renkei.report_comparison c where c.municipality_code = v.municipality_code and c.version_id = v.version_id
				and (as_of is null or c.compared_at <= as_of)
				and current_setting('renkei.role') in ('municipality', 'approver', 'secretariat')), '{}')
		|| jsonb_build_object('attachments', coalesce(attached, '[]'), 'summary', renkei_api.report_summary(v, as_of),
		'report_bytes', translate(encode(v.report, 'base64'), E'\n', ''), 'verdict', v.verdict)
		|| renkei_api.as_of_json(as_of);
end $$;
grant execute on function renkei_api.get_report to renkei_daemon;
