-- renkei_api.fix_evaluation - keep the evaluation as it is now, or was known at a moment, under an id.
-- Takes    FixEvaluationRequest.
-- Returns  FixEvaluationResponse.      Writes  renkei.evaluation_snapshot, office_request.
-- Errors   RK409 EVALUATION_UNCONFIRMED, for a final one, with those who have not confirmed their row, EVALUATION_TOO_LARGE, over 12 MiB as JSON, which a client
--          reads in the memory that it has for an answer; RK400 YEARS_SWAPPED, ARGUMENT_INVALID, REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.fix_evaluation(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := coalesce(renkei.word(p_request ->> 'state', 'EVALUATION_STATE_'), 'draft');
	answer jsonb;
	document jsonb;
	open text;
	others integer;
	most constant integer := 12 * 1024 * 1024;
	kept renkei.evaluation_snapshot;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('fix_evaluation', p_request);
	if answer is not null then
		return answer;
	end if;
	-- No line is edited between the reading of the table and its keeping.
	perform pg_advisory_xact_lock(hashtextextended('registry', 0));
	-- Others read it: what is for the secretariat alone is not in it.
	document := renkei_api.evaluation_document(p_request - array['request_id', 'validate_only', 'state'], true);
	if octet_length(document::text) > most then
		perform renkei_api.refuse('RK409', 'EVALUATION_TOO_LARGE', format('a document of %s bytes; at most %s', octet_length(document::text), most),
			jsonb_build_object('bytes', octet_length(document::text)::text, 'max', most::text));
	end if;
	-- Whole names, as many as a value in an answer has room for, and how many more there are.
	select string_agg(n.name, '、' order by n.code) filter (where n.bytes <= 108), nullif(count(*) filter (where n.bytes > 108), 0) into open, others
	from (select r ->> 'municipality_code' as code, r ->> 'municipality_name_ja' as name,
			sum(octet_length(r ->> 'municipality_name_ja') + 3) over (order by r ->> 'municipality_code') as bytes
		from jsonb_array_elements(document -> 'rows') r where r ? 'outcomes' and not r ? 'confirmed_at') n;
	if wanted = 'final' and open is not null then
		perform renkei_api.refuse('RK409', 'EVALUATION_UNCONFIRMED', format('not confirmed by: %s', concat_ws(' and others: ', open, others)),
			jsonb_strip_nulls(jsonb_build_object('municipalities', open, 'others', others::text)));
	end if;
	perform pg_advisory_xact_lock(hashtextextended('evaluation snapshot', 0));
	kept.first_fiscal_year := (p_request ->> 'first_fiscal_year')::integer;
	kept.last_fiscal_year := (p_request ->> 'last_fiscal_year')::integer;
	kept.serial := coalesce((select max(s.serial) from renkei.evaluation_snapshot s where s.first_fiscal_year = kept.first_fiscal_year
		and s.last_fiscal_year = kept.last_fiscal_year), 0) + 1;
	kept.snapshot_id := format('FY%s-%s-%s', kept.first_fiscal_year, kept.last_fiscal_year, kept.serial);
	kept.state := wanted;
	kept.as_of := (document ->> 'as_of')::timestamptz;
	kept.fixed_at := clock_timestamp();
	kept.principal_uri := current_setting('renkei.principal');
	kept.document := document || jsonb_build_object('state', 'EVALUATION_STATE_' || upper(wanted), 'snapshot_id', kept.snapshot_id,
		'fixed_at', renkei.time_json(kept.fixed_at));
	kept.sha256 := sha256(convert_to(kept.document::text, 'UTF8'));
	if coalesce((p_request ->> 'validate_only')::boolean, false) then
		return jsonb_build_object('snapshot', renkei_api.snapshot_json(kept) - array['snapshot_id', 'sha256']);
	end if;
	insert into renkei.evaluation_snapshot select kept.*;
	answer := jsonb_build_object('snapshot', renkei_api.snapshot_json(kept));
	perform renkei_api.office_keep('fix_evaluation', p_request, answer);
	return answer;
end $$;
grant execute on function renkei_api.fix_evaluation to renkei_daemon;
