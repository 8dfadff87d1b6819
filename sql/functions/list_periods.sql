-- renkei_api.list_periods - reporting periods, oldest first.
-- Takes    ListPeriodsRequest.      Returns  ListPeriodsResponse.      Errors  RK400 YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
create function renkei_api.list_periods(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	years record;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, true);
	return (select jsonb_build_object('periods', coalesce(jsonb_agg(renkei_api.reporting_period_json(t)
			order by t.fiscal_year, t.quarter, t.variant = 'regular'), '[]'))
		from renkei.reporting_period t where t.fiscal_year between years.first and years.last);
end $$;
grant execute on function renkei_api.list_periods to renkei_daemon;
