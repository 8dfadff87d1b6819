-- renkei_api.request_extension - a municipality asks for a later deadline of its report (提出期限の延長).
-- Takes    RequestExtensionRequest.      Returns  RequestExtensionResponse.      Writes  renkei.extension, request, request_replay.
-- Errors   RK400 REASON_REQUIRED, TEXT_TOO_LONG, EXTENSION_DATE_INVALID, REQUEST_ID_REQUIRED; RK403 NOT_YOUR_MUNICIPALITY; RK404 PERIOD_NOT_FOUND;
--          RK409 EXTENSION_PENDING, EXTENSION_LIMIT, PERIOD_WITHOUT_DEADLINE; RK406 REQUEST_ID_REUSED.
create function renkei_api.request_extension(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	own constant text := current_setting('renkei.tenant', true);
	code constant text := coalesce(p_request ->> 'municipality_code', '');
	id uuid;
	reason text;
	answer jsonb;
	wish renkei.extension;
	pending text;
	deadline timestamptz;
begin
	perform renkei_api.require_role('municipality', 'approver');
	id := renkei_api.request_uuid(p_request);
	if code <> own then
		perform renkei_api.refuse('RK403', 'NOT_YOUR_MUNICIPALITY', format('municipality %s may not ask for %s', own, left(code, 6)),
			jsonb_build_object('municipality_code', left(code, 6), 'own_code', own), 'municipality_code');
	end if;
	reason := renkei_api.reason_given(p_request, 'a later deadline needs a reason');
	answer := renkei_api.own_replay('request_extension', p_request, id);
	if answer is not null then
		return answer;
	end if;
	wish.municipality_code := own;
	wish.fiscal_year := coalesce((p_request -> 'period' ->> 'fiscal_year')::integer, 0);
	wish.quarter := coalesce(substring(p_request -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer, 0);
	wish.variant := coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular');
	deadline := renkei_api.extension_until(p_request ->> 'until_date', own, wish.fiscal_year, wish.quarter, wish.variant);
	select own || '-' || renkei.period_tag(e.fiscal_year, e.quarter, e.variant) || '-E' || e.number into pending
	from renkei.extension e
	where e.municipality_code = own and e.fiscal_year = wish.fiscal_year and e.quarter = wish.quarter and e.variant = wish.variant
		and not exists (select from renkei.extension_decision d where d.municipality_code = e.municipality_code and d.fiscal_year = e.fiscal_year
			and d.quarter = e.quarter and d.variant = e.variant and d.number = e.number);
	if found then
		perform renkei_api.refuse('RK409', 'EXTENSION_PENDING', format('extension %s waits for its decision', pending),
			jsonb_build_object('number', pending));
	end if;
	select coalesce(max(e.number), 0) + 1 into wish.number from renkei.extension e
	where e.municipality_code = own and e.fiscal_year = wish.fiscal_year and e.quarter = wish.quarter and e.variant = wish.variant;
	if wish.number > 9999 then
		perform renkei_api.refuse('RK409', 'EXTENSION_LIMIT', 'a period has at most 9999 requests for a later deadline', '{"limit": "9999"}');
	end if;
	wish.until_day := (deadline at time zone 'Asia/Tokyo')::date;
	wish.reason := reason;
	wish.requested_at := clock_timestamp();
	wish.principal_uri := current_setting('renkei.principal');
	answer := jsonb_build_object('extension', renkei_api.extension_json(wish));
	if not dry then
		insert into renkei.extension select wish.*;
		perform renkei_api.own_keep('request_extension', p_request, id, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.request_extension to renkei_daemon;
