-- renkei_api.move_preparation - bring the version that a municipality prepares, and has not released, into another state.
-- Takes    a request with municipality_code, period and the version one has seen; the state; the reason of the change; whether to write nothing.
-- Returns  the version and the moment.      Writes  renkei.preparation, preparation_step.
-- Errors   RK404 REPORT_NOT_FOUND; RK410 VERSION_CONFLICT; RK409 NOTHING_TO_RELEASE, NOTHING_TO_WITHDRAW.
create function renkei_api.move_preparation(p_request jsonb, p_state text, p_reason text, p_dry boolean,
	out moved renkei.report_version, out moment timestamptz)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	p renkei.preparation;
	stands text;
begin
	moved := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	perform pg_advisory_xact_lock(hashtextextended(format('report %s %s %s %s', moved.municipality_code, moved.fiscal_year, moved.quarter,
		moved.variant), 0));
	-- Found again: what is locked may have changed while it waited.
	moved := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	select k.* into p from renkei.preparation k where k.municipality_code = moved.municipality_code and k.fiscal_year = moved.fiscal_year
		and k.quarter = moved.quarter and k.variant = moved.variant and k.version = moved.version for update;
	if coalesce((p_request ->> 'version')::integer, 0) <> moved.version then
		perform renkei_api.refuse('RK410', 'VERSION_CONFLICT', format('based on version %s; the latest is %s',
			coalesce(p_request ->> 'version', '0'), moved.version), jsonb_build_object('base_version', coalesce(p_request ->> 'version', '0'),
			'latest_version', moved.version::text), 'version');
	elsif coalesce(p.state, '') <> 'awaiting_release' and not (p_state = 'withdrawn' and coalesce(p.state, '') = 'sent_back') then
		stands := lower(substr(renkei_api.report_summary(moved) ->> 'state', 14));
		perform renkei_api.refuse('RK409', case p_state when 'withdrawn' then 'NOTHING_TO_WITHDRAW' else 'NOTHING_TO_RELEASE' end,
			format('version %s is %s and awaits no release', moved.version, stands),
			jsonb_build_object('state', stands, 'wanted', p_state, 'version', moved.version::text));
	end if;
	if p_dry then
		return;
	end if;
	moment := greatest(clock_timestamp(), p.changed_at + interval '1 microsecond', (select h.changed_at + interval '1 microsecond'
		from renkei.report h where h.municipality_code = moved.municipality_code and h.fiscal_year = moved.fiscal_year
			and h.quarter = moved.quarter and h.variant = moved.variant));
	insert into renkei.preparation_step (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at, principal_uri, reason)
	select p.municipality_code, p.fiscal_year, p.quarter, p.variant, max(t.step) + 1, p.version, p.version_id, p_state, moment,
		current_setting('renkei.principal'), p_reason
	from renkei.preparation_step t where t.municipality_code = p.municipality_code and t.fiscal_year = p.fiscal_year and t.quarter = p.quarter
		and t.variant = p.variant;
	update renkei.preparation k set state = p_state, changed_at = moment where k.municipality_code = p.municipality_code
		and k.fiscal_year = p.fiscal_year and k.quarter = p.quarter and k.variant = p.variant;
end $$;
