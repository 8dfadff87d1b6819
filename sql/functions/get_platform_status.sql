-- renkei_api.get_platform_status - the matrix municipality x quarter in one call.
-- Takes    GetPlatformStatusRequest.      Returns  GetPlatformStatusResponse.
-- Errors   RK400 YEARS_SWAPPED, AS_OF_FUTURE, ARGUMENT_INVALID; RK403.
create function renkei_api.get_platform_status(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	years record;
	answer jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	if current_setting('renkei.role') = 'operator' then
		perform set_config('renkei.tenant', '*', true);
	end if;
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, false);
	answer := (
		with cell as materialized (
			select c.* from renkei_api.status_cells(as_of, years.first, years.last) c
		), sums as materialized (
			select s.* from renkei_api.status_sums(as_of is not null, coalesce(as_of, clock_timestamp()), years.first, years.last) s
		), nothing (coverage) as (values (renkei_api.coverage_json(0, 0, 0, 0, 0, 0, 0)))
		select jsonb_strip_nulls(jsonb_build_object(
			'periods', (select jsonb_agg(jsonb_build_object('period', renkei_api.period_json(t.fiscal_year, t.quarter, t.variant),
					'due_at', renkei.time_json(t.due_at), 'coverage', case when exists (select from cell c where c.fiscal_year = t.fiscal_year
						and c.quarter = t.quarter and c.variant = t.variant::text) then coalesce(s.coverage, n.coverage) end)
					order by t.fiscal_year, t.quarter, t.variant = 'regular')
				from renkei.reporting_period t cross join nothing n left join sums s on s.over_rows and not s.over_columns and s.fiscal_year = t.fiscal_year
					and s.quarter = t.quarter and s.variant = t.variant
				where t.fiscal_year between years.first and years.last),
			'rows', (select jsonb_agg(jsonb_build_object('municipality_code', m.municipality_code, 'municipality_name_ja', m.name_ja,
					'municipality_name_en', m.name_en, 'cells', r.cells,
					'coverage', case when r.sums_up then coalesce(s.coverage, n.coverage) end)
					order by m.kind <> 'prefecture', m.municipality_code)
				from (select c.municipality_code, jsonb_agg(jsonb_build_object(
						'state', 'CELL_STATE_' || upper(c.state), 'nil', c.nil, 'version', c.version,
						'timeliness', 'TIMELINESS_' || upper(c.timeliness), 'days_late', c.days_late,
						'received_at', renkei.time_json(c.received_at), 'activity_count', c.activity_count,
						'preparation', 'REPORT_STATE_' || upper(c.preparation), 'extended_until', case when c.extended then renkei.time_json(c.due_at) end)
						order by c.fiscal_year, c.quarter, c.variant = 'regular') as cells, bool_or(c.variant = 'regular') as sums_up
					from cell c group by c.municipality_code) r
				join renkei.municipality m on m.municipality_code = r.municipality_code
				cross join nothing n
				left join sums s on not s.over_rows and s.municipality_code = r.municipality_code),
			'coverage', (select s.coverage from sums s where s.over_rows and s.over_columns
				and exists (select from cell c where c.variant = 'regular')),
			'as_of', renkei.time_json(coalesce(as_of, clock_timestamp())))));
	perform set_config('renkei.tenant', own, true);
	return answer;
end $$;
grant execute on function renkei_api.get_platform_status to renkei_daemon;
