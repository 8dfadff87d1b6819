-- renkei_api.get_review_times - what waits for the secretariat, with who reviews it and since how many working days, and how long its answers took.
-- Takes    GetReviewTimesRequest.      Returns  GetReviewTimesResponse.      Errors  RK400 YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
create function renkei_api.get_review_times(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	years record;
begin
	perform renkei_api.require_role('secretariat', 'ministry');
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	return jsonb_build_object('times', renkei_api.review_times_json(years.first, years.last),
		'waiting', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('municipality_code', a.municipality_code,
				'period', renkei_api.period_json(a.fiscal_year, a.quarter, a.variant), 'version', a.version, 'submitted_at', renkei.time_json(a.submitted_at),
				'working_days', a.working_days, 'reviewer', a.reviewer)) order by a.submitted_at, a.municipality_code), '[]')
			from renkei_api.review_answers(years.first, years.last) a where a.answer is null));
end $$;
grant execute on function renkei_api.get_review_times to renkei_daemon;
