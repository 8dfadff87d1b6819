-- renkei_api.decide_extension - the secretariat grants or refuses a request for a later deadline.
-- Takes    DecideExtensionRequest.      Returns  DecideExtensionResponse.      Writes  renkei.extension_decision, office_request.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, EXTENSION_DATE_INVALID, REQUEST_ID_REQUIRED; RK404 EXTENSION_NOT_FOUND;
--          RK409 EXTENSION_DECIDED, PERIOD_WITHOUT_DEADLINE; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.decide_extension(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	granted constant boolean := coalesce((p_request ->> 'grant')::boolean, false);
	named constant text := left(coalesce(p_request ->> 'number', ''), 40);
	reason text := nullif(p_request ->> 'reason', '');
	answer jsonb;
	wish renkei.extension;
	made renkei.extension_decision;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('decide_extension', p_request);
	if answer is not null then
		return answer;
	end if;
	if not granted or reason is not null then
		reason := renkei_api.reason_given(p_request, 'a refusal needs a reason');
	end if;
	perform pg_advisory_xact_lock(hashtextextended('extension ' || named, 0));
	if named ~ '^[0-9]{6}-[0-9]{4}Q([1-4]|4F)-E[1-9][0-9]{0,3}$' then
		select e.* into wish from renkei.extension e
		where e.municipality_code::text = left(named, 6) and e.fiscal_year = substr(named, 8, 4)::integer and e.quarter = substr(named, 13, 1)::integer
			and e.variant = case substr(named, 14, 1) when 'F' then 'forecast' else 'regular' end and e.number = substring(named from 'E([0-9]+)$')::integer;
	end if;
	if wish.number is null then
		perform renkei_api.refuse('RK404', 'EXTENSION_NOT_FOUND', format('there is no extension %s', named), jsonb_build_object('number', named), 'number');
	elsif exists (select from renkei.extension_decision d where d.municipality_code = wish.municipality_code and d.fiscal_year = wish.fiscal_year
		and d.quarter = wish.quarter and d.variant = wish.variant and d.number = wish.number) then
		perform renkei_api.refuse('RK409', 'EXTENSION_DECIDED', format('extension %s is decided', named), jsonb_build_object('number', named), 'number');
	end if;
	made.municipality_code := wish.municipality_code;
	made.fiscal_year := wish.fiscal_year;
	made.quarter := wish.quarter;
	made.variant := wish.variant;
	made.number := wish.number;
	made.due_at := case when granted then renkei_api.extension_until(coalesce(nullif(p_request ->> 'until_date', ''), wish.until_day::text),
		wish.municipality_code, wish.fiscal_year, wish.quarter, wish.variant) end;
	made.reason := reason;
	made.decided_at := clock_timestamp();
	made.principal_uri := current_setting('renkei.principal');
	if not dry then
		insert into renkei.extension_decision select made.*;
	end if;
	answer := jsonb_build_object('extension', renkei_api.extension_json(wish) || jsonb_strip_nulls(jsonb_build_object(
		'state', 'EXTENSION_STATE_' || case when granted then 'GRANTED' else 'REFUSED' end, 'due_at', renkei.time_json(made.due_at),
		'decision_reason', made.reason, 'decided_at', renkei.time_json(made.decided_at), 'decided_by', made.principal_uri)));
	if not dry then
		perform renkei_api.office_keep('decide_extension', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.decide_extension to renkei_daemon;
