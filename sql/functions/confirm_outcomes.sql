-- renkei_api.confirm_outcomes - a municipality confirms its row of the evaluation's table as it saw it.
-- Takes    ConfirmOutcomesRequest.
-- Returns  ConfirmOutcomesResponse; what was confirmed before stays so.      Writes  renkei.evaluation_confirmation, request, request_replay.
-- Errors   RK404 OUTCOMES_NONE; RK410 OUTCOMES_CHANGED; RK400 YEARS_SWAPPED, ARGUMENT_INVALID, REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.confirm_outcomes(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id uuid;
	answer jsonb;
	line jsonb;
begin
	perform renkei_api.require_role('municipality', 'approver');
	id := renkei_api.request_uuid(p_request);
	answer := renkei_api.own_replay('confirm_outcomes', p_request, id);
	if answer is not null then
		return answer;
	end if;
	line := renkei_api.get_outcome_table(p_request - array['request_id', 'validate_only', 'sha256']) -> 'rows' -> 0;
	if coalesce(line -> 'outcomes', '[]') = '[]' then
		perform renkei_api.refuse('RK404', 'OUTCOMES_NONE', format('municipality %s has no line in the table of FY%s to FY%s', current_setting('renkei.tenant'),
			p_request ->> 'first_fiscal_year', p_request ->> 'last_fiscal_year'), jsonb_build_object('municipality_code', current_setting('renkei.tenant'),
			'first', p_request ->> 'first_fiscal_year', 'last', p_request ->> 'last_fiscal_year'));
	elsif line ->> 'sha256' is distinct from p_request ->> 'sha256' then
		perform renkei_api.refuse('RK410', 'OUTCOMES_CHANGED', 'the row is not what was seen', jsonb_build_object('expected', coalesce(p_request ->> 'sha256', ''),
			'actual', line ->> 'sha256'), 'sha256');
	end if;
	if coalesce((p_request ->> 'validate_only')::boolean, false) then
		return jsonb_build_object('row', line);
	end if;
	insert into renkei.evaluation_confirmation (municipality_code, first_fiscal_year, last_fiscal_year, row_sha256, confirmed_at, principal_uri)
	values (current_setting('renkei.tenant'), (p_request ->> 'first_fiscal_year')::integer, (p_request ->> 'last_fiscal_year')::integer,
		decode(line ->> 'sha256', 'hex'), clock_timestamp(), current_setting('renkei.principal'))
	on conflict do nothing;
	answer := jsonb_build_object('row', renkei_api.get_outcome_table(p_request - array['request_id', 'validate_only', 'sha256']) -> 'rows' -> 0);
	perform renkei_api.own_keep('confirm_outcomes', p_request, id, answer);
	return answer;
end $$;
grant execute on function renkei_api.confirm_outcomes to renkei_daemon;
