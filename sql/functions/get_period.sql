-- renkei_api.get_period - one reporting period, and how its deadline comes about when that is asked.
-- Takes    GetPeriodRequest.      Returns  GetPeriodResponse.      Errors  RK404 PERIOD_NOT_FOUND; RK403.
create function renkei_api.get_period(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	tag constant text := renkei.period_tag((p_request -> 'period' ->> 'fiscal_year')::integer,
		nullif(substr(p_request -> 'period' ->> 'quarter', 10), 'ECIFIED')::integer,
		coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular'));
	record jsonb;
	explanation jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	record := renkei_api.registry_record('period', tag);
	if record is null then
		perform renkei_api.refuse('RK404', 'PERIOD_NOT_FOUND', format('there is no reporting period %s', tag),
			jsonb_build_object('period', coalesce(tag, '')), 'period');
	end if;
	if coalesce((p_request ->> 'explain')::boolean, false) then
		explanation := (select renkei_api.period_explanation(t) from renkei.reporting_period t
			where renkei.period_tag(t.fiscal_year, t.quarter, t.variant) = tag);
	end if;
	return jsonb_strip_nulls(jsonb_build_object('period', record, 'explanation', explanation));
end $$;
grant execute on function renkei_api.get_period to renkei_daemon;
