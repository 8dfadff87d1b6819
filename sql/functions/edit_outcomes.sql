-- renkei_api.edit_outcomes - the secretariat words a municipality's row of the evaluation's table: lines chosen, edited, moved, dropped, put back.
-- Takes    EditOutcomesRequest.      Returns  EditOutcomesResponse; validate_only does it all and takes it back.
-- Writes   renkei.evaluation_bullet, evaluation_bullet_source, evaluation_edit, office_request.
-- Errors   RK410 OUTCOMES_CHANGED; RK409 EVALUATION_FIXED; RK404 MUNICIPALITY_NOT_FOUND, OUTCOME_LINE_UNKNOWN, OUTCOME_NOT_ACCEPTED; RK400 MUNICIPALITY_AMBIGUOUS,
--          OUTCOME_LINES_EMPTY, OUTCOME_LINES_MANY, OUTCOME_LINE_WRONG, OUTCOME_LINE_TWICE, REASON_REQUIRED, TEXT_TOO_LONG, YEARS_SWAPPED, ARGUMENT_INVALID,
--          REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.edit_outcomes(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	years constant jsonb := jsonb_build_object('first_fiscal_year', p_request -> 'first_fiscal_year', 'last_fiscal_year', p_request -> 'last_fiscal_year');
	code text;
	answer jsonb;
	was jsonb;
	stood jsonb;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('edit_outcomes', p_request);
	if answer is not null then
		return answer;
	end if;
	code := (renkei_api.named_municipality(coalesce(p_request ->> 'municipality_code', ''), 'municipality_code')).municipality_code;
	perform pg_advisory_xact_lock(hashtextextended('registry', 0));
	was := coalesce(jsonb_path_query_first(renkei_api.get_outcome_table(jsonb_strip_nulls(years)), '$.rows[*] ? (@.municipality_code == $code)', jsonb_build_object('code', code)), '{}');
	if coalesce(was ->> 'lines_sha256', '') <> coalesce(p_request ->> 'seen_sha256', '') then
		perform renkei_api.refuse('RK410', 'OUTCOMES_CHANGED', 'the row is not what was seen', jsonb_build_object('expected', left(coalesce(p_request ->> 'seen_sha256', ''), 64),
			'actual', coalesce(was ->> 'lines_sha256', '')), 'seen_sha256');
	end if;
	perform renkei_api.evaluation_unfixed((p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer);
	stood := (select coalesce(jsonb_agg(jsonb_build_object('line', o.record -> 'line', 'text', o.record -> 'text', 'outcome_ids',
		coalesce(o.record -> 'outcome_ids', jsonb_build_array(o.record -> 'outcome_id'))) order by o.place), '[]')
		from jsonb_array_elements(was -> 'outcomes') with ordinality as o (record, place));
	perform renkei_api.outcome_lines_judged(p_request, code, stood);
	begin
		perform renkei_api.put_outcome_lines(code, (p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer, stood,
			coalesce(p_request -> 'lines', '[]'), nullif(p_request ->> 'reason', ''));
		answer := jsonb_strip_nulls(jsonb_build_object('was', nullif(was, '{}'), 'row', jsonb_path_query_first(renkei_api.get_outcome_table(years),
			'$.rows[*] ? (@.municipality_code == $code)', jsonb_build_object('code', code))));
		if coalesce((p_request ->> 'validate_only')::boolean, false) then
			raise exception using errcode = 'RKDRY', message = 'taken back';
		end if;
		perform renkei_api.office_keep('edit_outcomes', p_request, answer);
	exception when sqlstate 'RKDRY' then
		null;
	end;
	return answer;
end $$;
grant execute on function renkei_api.edit_outcomes to renkei_daemon;
