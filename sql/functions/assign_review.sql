-- renkei_api.assign_review - say who of the secretariat reviews a report, or that nobody in particular does.
-- Takes    AssignReviewRequest.      Returns  AssignReviewResponse.      Writes  renkei.review_assignment, office_request.
-- Errors   RK404 REPORT_NOT_FOUND, REVIEWER_NOT_FOUND; RK409 REVIEW_NOT_WAITING; RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.assign_review(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := nullif(p_request ->> 'reviewer', '');
	own constant text := current_setting('renkei.principal');
	answer jsonb;
	v renkei.report_version;
	who text;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('assign_review', p_request);
	if answer is not null then
		return answer;
	end if;
	v := renkei_api.find_version(p_request - 'version');
	if wanted = 'me' then
		who := current_setting('renkei.principal');
	elsif wanted is not null then
		-- By the whole URI, or the name behind the last stroke; the wall of identities is opened for this one question.
		perform set_config('renkei.principal', '*', true);
		select min(q.principal_uri) into who from renkei.principal q where q.role = 'secretariat' and q.state = 'active' and wanted in (q.principal_uri, split_part(q.principal_uri, '/', 5));
		perform set_config('renkei.principal', own, true);
		if who is null then
			perform renkei_api.refuse('RK404', 'REVIEWER_NOT_FOUND', format('nobody of the secretariat is called %s', left(wanted, 64)),
				jsonb_build_object('reviewer', left(wanted, 64)), 'reviewer');
		end if;
	end if;
	if not exists (select from renkei.report r where r.municipality_code = v.municipality_code and r.fiscal_year = v.fiscal_year and r.quarter = v.quarter
		and r.variant = v.variant and r.state in ('submitted', 'under_review', 'returned')) then
		perform renkei_api.refuse('RK409', 'REVIEW_NOT_WAITING', 'the report waits for no review', jsonb_build_object('receipt_number', v.receipt_number));
	end if;
	answer := jsonb_strip_nulls(jsonb_build_object('municipality_code', v.municipality_code, 'period', renkei_api.period_json(v.fiscal_year, v.quarter, v.variant),
		'receipt_number', v.receipt_number, 'reviewer', who));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		perform pg_advisory_xact_lock(hashtextextended(format('review %s %s %s %s', v.municipality_code, v.fiscal_year, v.quarter, v.variant), 0));
		insert into renkei.review_assignment (municipality_code, fiscal_year, quarter, variant, number, reviewer_uri, assigned_at, principal_uri)
		select v.municipality_code, v.fiscal_year, v.quarter, v.variant, coalesce(max(k.number), 0) + 1, who, clock_timestamp(), current_setting('renkei.principal')
		from renkei.review_assignment k where k.municipality_code = v.municipality_code and k.fiscal_year = v.fiscal_year and k.quarter = v.quarter and k.variant = v.variant;
		perform renkei_api.office_keep('assign_review', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.assign_review to renkei_daemon;
