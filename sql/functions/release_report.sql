-- renkei_api.release_report - the approver's release (決裁) of exactly the version and digest named: from then on it is submitted.
-- Takes    ReleaseReportRequest; the key that signs the receipt.
-- Returns  ReleaseReportResponse; statement and signature of the receipt are the daemon's.
-- Writes   renkei.report, report_transition, report_release, attachment_release, preparation, preparation_step, request, request_replay.
-- Errors   RK403 RELEASE_BY_PREPARER, RELEASE_BY_SAME_PERSON, ROLE_NOT_ALLOWED; RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT, DIGEST_MISMATCH;
--          RK409 NOTHING_TO_RELEASE, RELEASE_UNDER_REVIEW, RELEASE_NEEDS_CORRECTION, REOPENING_ENDED, CORRECTION_OUTSIDE_REOPENING; RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED.
--
-- With attachment_numbers it releases these files behind a report that has left already (release_attachments), and no report.
--
-- The release is the submission: its moment decides lateness, and what a submission is refused for by the state of the report, it is too.
create function renkei_api.release_report(p_request jsonb, p_key_id text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	id uuid;
	answer jsonb;
	m record;
	v renkei.report_version;
	h renkei.report;
	r renkei.report_release;
	misfit jsonb;
	same jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver');
	id := renkei_api.request_uuid(p_request);
	answer := renkei_api.own_replay('release', p_request, id);
	if answer is not null then
		return answer;
	end if;
	v := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	if jsonb_array_length(p_request -> 'attachment_numbers') > 0 then
		perform renkei_api.require_role('approver');
		answer := renkei_api.release_attachments(p_request, v, dry);
		if not dry then
			perform renkei_api.own_keep('release', p_request, id, answer);
		end if;
		return answer;
	end if;
	if v.principal_uri = current_setting('renkei.principal') then
		perform renkei_api.refuse('RK403', 'RELEASE_BY_PREPARER', 'who prepared a report does not release it',
			jsonb_build_object('receipt_number', v.receipt_number));
	end if;
	perform renkei_api.require_role('approver');
	same := renkei_api.preparer_known_as(v);
	if same is not null then
		perform renkei_api.refuse('RK403', 'RELEASE_BY_SAME_PERSON', format('%s prepared it, and would release it as %s', same ->> 'preparer', same ->> 'approver'),
			same || jsonb_build_object('receipt_number', v.receipt_number));
	end if;
	m := renkei_api.move_preparation(p_request, 'released', null, dry);
	v := m.moved;
	select k.* into h from renkei.report k where k.municipality_code = v.municipality_code and k.fiscal_year = v.fiscal_year
		and k.quarter = v.quarter and k.variant = v.variant for update;
	if coalesce(p_request ->> 'sha256', '') <> encode(v.sha256, 'hex') then
		perform renkei_api.refuse('RK410', 'DIGEST_MISMATCH', 'the digest named is not that of the version stored',
			jsonb_build_object('expected', coalesce(p_request ->> 'sha256', ''), 'actual', encode(v.sha256, 'hex')), 'sha256');
	elsif h.state = 'under_review' then
		perform renkei_api.refuse('RK409', 'RELEASE_UNDER_REVIEW', format('version %s is under review', h.latest_version),
			jsonb_build_object('version', h.latest_version::text));
	elsif h.state = 'accepted' and v.action = 'replace' then
		perform renkei_api.refuse('RK409', 'RELEASE_NEEDS_CORRECTION', format('version %s was accepted meanwhile; this one has to be a correction',
			h.latest_version), jsonb_build_object('version', h.latest_version::text));
	end if;
	if h.accepted_version is not null then
		misfit := renkei_api.correction_misfit(v.municipality_code::text, v.fiscal_year, v.quarter, v.variant::text, h.accepted_version_id,
			renkei.decode_message(v.report, 'renkei.v1.Report'));
		if misfit is not null then
			perform renkei_api.refuse('RK409', misfit ->> 'reason', misfit ->> 'message', misfit -> 'metadata', misfit ->> 'field');
		end if;
	end if;
	if dry then
		return jsonb_build_object('summary', renkei_api.report_summary(v));
	end if;
	insert into renkei.report_release as n (municipality_code, version_id, released_at, principal_uri, due_at, timeliness, late_seconds, key_id,
		deadline_entry, extension_number)
	select v.municipality_code, v.version_id, m.moment, current_setting('renkei.principal'), d.due_at,
		case when d.due_at is null then 'no_deadline' when l.seconds > 0 then 'late' else 'on_time' end, greatest(l.seconds, 0), p_key_id,
		t.deadline_entry, d.extension_number
	from renkei.reporting_period t
	cross join lateral renkei_api.deadline_of(v.municipality_code, t) d
	cross join lateral (select coalesce(ceil(extract(epoch from date_trunc('second', m.moment) - d.due_at)), 0)::bigint) as l (seconds)
	where t.fiscal_year = v.fiscal_year and t.quarter = v.quarter and t.variant = v.variant
	returning n.* into r;
	if h.municipality_code is null then
		insert into renkei.report (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil,
			received_at, timeliness, late_seconds, activity_count, changed_at)
		values (v.municipality_code, v.fiscal_year, v.quarter, v.variant, 'submitted', v.version, v.version_id, v.nil,
			r.released_at, r.timeliness, r.late_seconds, v.activity_count, r.released_at);
	else
		update renkei.report k set state = 'submitted', latest_version = v.version, latest_version_id = v.version_id, nil = v.nil,
			received_at = r.released_at, timeliness = r.timeliness, late_seconds = r.late_seconds, activity_count = v.activity_count,
			changed_at = r.released_at
		where k.municipality_code = v.municipality_code and k.fiscal_year = v.fiscal_year and k.quarter = v.quarter and k.variant = v.variant;
	end if;
	insert into renkei.report_transition (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at, principal_uri)
	select v.municipality_code, v.fiscal_year, v.quarter, v.variant, coalesce(max(t.step), 0) + 1, v.version, v.version_id, 'submitted',
		r.released_at, r.principal_uri
	from renkei.report_transition t where t.municipality_code = v.municipality_code and t.fiscal_year = v.fiscal_year and t.quarter = v.quarter
		and t.variant = v.variant;
	answer := jsonb_build_object('summary', renkei_api.report_summary(v), 'receipt', renkei_api.release_receipt_json(v, r));
	perform renkei_api.own_keep('release', p_request, id, answer);
	return answer;
end $$;
grant execute on function renkei_api.release_report to renkei_daemon;
