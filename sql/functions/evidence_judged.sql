-- renkei_api.evidence_judged - is there the record that an attachment is to be evidence for: in the latest version of its quarter's report, also in one that
-- waits for its release.
-- Takes    the attachment before it is stored.
-- Errors   RK404 ATTACHMENT_NO_REPORT, ATTACHMENT_RECORD_NOT_FOUND.
--
-- What a later version does to the record changes nothing of the attachment: where the record is left out, the paper stays with the quarter.
create function renkei_api.evidence_judged(p renkei.attachment) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	tag constant text := renkei.period_tag(p.fiscal_year, p.quarter, p.variant);
	latest renkei.report_version;
begin
	if p.record_id is null then
		return;
	end if;
	select v.* into latest from renkei.report_version v where v.municipality_code = p.municipality_code and v.fiscal_year = p.fiscal_year
		and v.quarter = p.quarter and v.variant = p.variant order by v.version desc limit 1;
	if not found then
		perform renkei_api.refuse('RK404', 'ATTACHMENT_NO_REPORT', format('there is no report of %s that could hold a record', tag),
			jsonb_build_object('period', tag, 'record', p.record_list || ':' || p.record_id), 'head.record');
	elsif not renkei_api.record_there(latest, p.record_list, p.record_id) then
		perform renkei_api.refuse('RK404', 'ATTACHMENT_RECORD_NOT_FOUND', format('report %s has no record %s in %s', latest.receipt_number, p.record_id,
			p.record_list), jsonb_build_object('receipt_number', latest.receipt_number, 'record', p.record_list || ':' || p.record_id), 'head.record');
	end if;
end $$;
