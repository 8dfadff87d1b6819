-- renkei_api.release_attachments - the approver's release (決裁) of files that wait, behind the report of their quarter, which has left the house.
-- Takes    ReleaseReportRequest with attachment_numbers; the latest version of the quarter's report; whether to write nothing.
-- Returns  ReleaseReportResponse without a receipt: each file has its own from its arrival.      Writes  renkei.attachment_release.
-- Errors   RK400 ARGUMENT_INVALID; RK403 RELEASE_BY_PREPARER, RELEASE_BY_SAME_PERSON; RK404 ATTACHMENT_NOT_FOUND; RK409 NOTHING_TO_RELEASE, RELEASE_WITH_REPORT;
--          RK410 VERSION_CONFLICT.
--
-- What waits beside a version that waits itself leaves with it: it is not released alone.
create function renkei_api.release_attachments(p_request jsonb, p renkei.report_version, p_dry boolean) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant jsonb := p_request -> 'attachment_numbers';
	files jsonb := '[]';
	moment constant timestamptz := clock_timestamp();
	sent renkei.report_version := p;
	a renkei.attachment;
	same jsonb;
	one text;
begin
	if jsonb_array_length(wanted) > 100 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('%s files; 1 to 100', jsonb_array_length(wanted)),
			jsonb_build_object('value', jsonb_array_length(wanted)::text, 'range', '1-100'), 'attachment_numbers');
	elsif coalesce((p_request ->> 'version')::integer, 0) <> p.version then
		perform renkei_api.refuse('RK410', 'VERSION_CONFLICT', format('based on version %s; the latest is %s',
			coalesce(p_request ->> 'version', '0'), p.version), jsonb_build_object('base_version', coalesce(p_request ->> 'version', '0'),
			'latest_version', p.version::text), 'version');
	elsif not renkei_api.is_released(p) then
		perform renkei_api.refuse('RK409', 'RELEASE_WITH_REPORT', format('version %s has not left the house; files leave with it', p.version),
			jsonb_build_object('version', p.version::text));
	end if;
	for one in select n from jsonb_array_elements_text(wanted) as t (n) group by n order by n loop
		a := renkei_api.find_attachment(one);
		if a.municipality_code <> p.municipality_code or (a.fiscal_year, a.quarter, a.variant::text) is distinct from (p.fiscal_year, p.quarter, p.variant::text) then
			perform renkei_api.refuse('RK404', 'ATTACHMENT_NOT_FOUND', 'there is no such attachment', jsonb_build_object('number', left(one, 40)),
				'attachment_numbers');
		elsif a.removed_at is not null or renkei_api.attachment_left(a) then
			perform renkei_api.refuse('RK409', 'NOTHING_TO_RELEASE', format('attachment %s awaits no release', one),
				jsonb_build_object('number', one, 'state', case when a.removed_at is null then 'released' else 'removed' end), 'attachment_numbers');
		elsif a.principal_uri = current_setting('renkei.principal') then
			perform renkei_api.refuse('RK403', 'RELEASE_BY_PREPARER', 'who attached a file does not release it', jsonb_build_object('number', one));
		end if;
		sent.principal_uri := a.principal_uri;
		sent.received_at := a.received_at;
		same := renkei_api.preparer_known_as(sent);
		if same is not null then
			perform renkei_api.refuse('RK403', 'RELEASE_BY_SAME_PERSON', format('%s attached it, and would release it as %s', same ->> 'preparer',
				same ->> 'approver'), same || jsonb_build_object('number', one));
		end if;
		if not p_dry then
			insert into renkei.attachment_release (municipality_code, fiscal_year, quarter, variant, serial, released_at, principal_uri)
			values (a.municipality_code, a.fiscal_year, a.quarter, a.variant, a.serial, moment, current_setting('renkei.principal'));
		end if;
		files := files || renkei_api.attachment_json(a);
	end loop;
	return jsonb_build_object('summary', renkei_api.report_summary(p), 'attachments', files);
end $$;
