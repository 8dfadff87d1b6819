-- renkei_api.move_report - bring the latest version of a report into another state.
-- Takes    a request with municipality_code, period and the version one has seen; the state; reason or due date of the change;
--          whether to write nothing.
-- Returns  the version.      Writes  renkei.report, report_transition, notice.
-- Errors   RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT, DIGEST_MISMATCH; RK409 ACTION_NOT_ALLOWED, NOTHING_TO_WITHDRAW.
create function renkei_api.move_report(p_request jsonb, p_state text, p_reason text, p_due_date date, p_dry boolean,
	out moved renkei.report_version, out step integer)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	h renkei.report;
	moment timestamptz;
begin
	moved := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	perform pg_advisory_xact_lock(hashtextextended(format('report %s %s %s %s', moved.municipality_code, moved.fiscal_year, moved.quarter,
		moved.variant), 0));
	select r.* into h from renkei.report r where r.municipality_code = moved.municipality_code and r.fiscal_year = moved.fiscal_year
		and r.quarter = moved.quarter and r.variant = moved.variant for update;
	select v.* into moved from renkei.report_version v where v.municipality_code = h.municipality_code and v.version_id = h.latest_version_id;
	if coalesce((p_request ->> 'version')::integer, 0) <> h.latest_version then
		perform renkei_api.refuse('RK410', 'VERSION_CONFLICT', format('based on version %s; the latest is %s',
			coalesce(p_request ->> 'version', '0'), h.latest_version), jsonb_build_object('base_version', coalesce(p_request ->> 'version', '0'),
			'latest_version', h.latest_version::text), 'version');
	elsif p_state = 'accepted' and coalesce(p_request ->> 'sha256', '') <> encode(moved.sha256, 'hex') then
		perform renkei_api.refuse('RK410', 'DIGEST_MISMATCH', 'the digest named is not that of the version stored',
			jsonb_build_object('expected', coalesce(p_request ->> 'sha256', ''), 'actual', encode(moved.sha256, 'hex')), 'sha256');
	elsif h.state = 'accepted' or h.state = 'withdrawn' or h.state = 'returned' and p_state not in ('returned', 'withdrawn')
		or h.state = 'under_review' and p_state = 'under_review' then
		perform renkei_api.refuse('RK409', case p_state when 'withdrawn' then 'NOTHING_TO_WITHDRAW' else 'ACTION_NOT_ALLOWED' end, format('a report that is %s cannot become %s', h.state, p_state),
			jsonb_build_object('state', h.state, 'wanted', p_state));
	end if;
	if p_dry then
		return;
	end if;
	moment := greatest(clock_timestamp(), h.changed_at + interval '1 microsecond');
	select max(t.step) + 1 into step from renkei.report_transition t where t.municipality_code = h.municipality_code
		and t.fiscal_year = h.fiscal_year and t.quarter = h.quarter and t.variant = h.variant;
	insert into renkei.report_transition (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at,
		principal_uri, reason, due_date)
	values (h.municipality_code, h.fiscal_year, h.quarter, h.variant, step, h.latest_version, h.latest_version_id, p_state, moment,
		current_setting('renkei.principal'), p_reason, p_due_date);
	if p_state in ('returned', 'accepted') then
		insert into renkei.notice (municipality_code, topic, version_id, step, noticed_at)
		values (h.municipality_code, p_state, h.latest_version_id, step, moment);
	end if;
	update renkei.report r set state = p_state, changed_at = moment,
		accepted_version = case when p_state = 'accepted' then h.latest_version else r.accepted_version end,
		accepted_version_id = case when p_state = 'accepted' then h.latest_version_id else r.accepted_version_id end,
		accepted_at = case when p_state = 'accepted' then moment else r.accepted_at end,
		first_accepted_at = coalesce(r.first_accepted_at, case when p_state = 'accepted' then moment end)
	where r.municipality_code = h.municipality_code and r.fiscal_year = h.fiscal_year and r.quarter = h.quarter and r.variant = h.variant;
end $$;
