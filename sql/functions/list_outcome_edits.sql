-- renkei_api.list_outcome_edits - what the secretariat did to the rows of an evaluation's table, the latest first: who, when, why, what stood then and what went.
-- Takes    ListOutcomeEditsRequest.      Returns  ListOutcomeEditsResponse.      Errors  RK400 YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
create function renkei_api.list_outcome_edits(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	years record;
begin
	perform renkei_api.require_role('secretariat');
	years := renkei_api.fiscal_years((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, false);
	return (select jsonb_build_object('edits', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('municipality_code', e.municipality_code,
			'municipality_name_ja', m.name_ja, 'edit', e.edit, 'edited_at', renkei.time_json(e.edited_at), 'edited_by', e.principal_uri, 'reason', e.reason,
			'lines', e.lines, 'dropped', e.dropped)) order by e.edited_at desc, e.municipality_code, e.edit desc), '[]'))
		from (select k.* from renkei.evaluation_edit k where k.first_fiscal_year = years.first and k.last_fiscal_year = years.last
				and coalesce(p_request ->> 'municipality_code', '') in ('', k.municipality_code::text)
			order by k.edited_at desc, k.municipality_code, k.edit desc limit 1000) e
		join renkei.municipality m on m.municipality_code = e.municipality_code);
end $$;
grant execute on function renkei_api.list_outcome_edits to renkei_daemon;
