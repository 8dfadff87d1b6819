-- renkei_api.upload_judged - may the caller begin this upload, whatever is there already.
-- Takes    the head of an upload.
-- Errors   RK400 REQUEST_ID_REQUIRED, FILE_NAME_INVALID, ATTACHMENT_EMPTY, SHA256_INVALID, TEXT_TOO_LONG, ATTACHMENT_TITLE_INVALID, LANGUAGE_UNKNOWN,
--          ATTACHMENT_RECORD_UNKNOWN; RK409 ATTACHMENT_ROSTER_OPEN; RK403 ATTACHMENT_NOT_YOURS;
--          RK429 ATTACHMENT_TOO_LARGE; RK404 MUNICIPALITY_NOT_FOUND, PERIOD_NOT_FOUND; RK409 PERIOD_NOT_OPEN.
create function renkei_api.upload_judged(p_head jsonb) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	name constant text := coalesce(p_head ->> 'file_name', '');
	size constant bigint := coalesce((p_head ->> 'size')::bigint, 0);
	wanted_variant constant text := coalesce(renkei.word(p_head -> 'period' ->> 'variant', 'VARIANT_'), 'regular');
	wanted_quarter constant integer := substring(p_head -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer;
	tag constant text := renkei.period_tag((p_head -> 'period' ->> 'fiscal_year')::integer, wanted_quarter, wanted_variant);
	opens timestamptz;
begin
	perform renkei_api.request_uuid(p_head);
	if own is distinct from p_head ->> 'municipality_code' then
		perform renkei_api.refuse('RK403', 'ATTACHMENT_NOT_YOURS', format('municipality %s may not attach for %s', own,
			coalesce(p_head ->> 'municipality_code', 'nobody')), jsonb_build_object('municipality_code', left(p_head ->> 'municipality_code', 6)),
			'head.municipality_code');
	elsif octet_length(name) not between 1 and 255 or name ~ '[/\\[:cntrl:]]' or name in ('.', '..') then
		perform renkei_api.refuse('RK400', 'FILE_NAME_INVALID', 'a file name has 1 to 255 bytes and no folders', jsonb_build_object('value', left(name, 40)),
			'head.file_name');
	elsif size < 1 then
		perform renkei_api.refuse('RK400', 'ATTACHMENT_EMPTY', 'a file without bytes', jsonb_build_object('file_name', name), 'head.size');
	elsif size > 20971520 then
		perform renkei_api.refuse('RK429', 'ATTACHMENT_TOO_LARGE', format('a file of %s bytes; at most 20971520', size),
			jsonb_build_object('size', size::text, 'limit', '20971520', 'size_mib', round(size / 1048576.0, case when size < 21076378 then 6 else 1 end)::text, 'limit_mib', '20'), 'head.size');
	elsif coalesce(p_head ->> 'sha256', '') !~ '^[0-9a-f]{64}$' then
		perform renkei_api.refuse('RK400', 'SHA256_INVALID', 'sha256 is not 64 digits of lower-case hexadecimal', '{}', 'head.sha256');
	elsif char_length(p_head ->> 'title') > 200 then
		perform renkei_api.refuse('RK400', 'TEXT_TOO_LONG', format('a title of %s characters; at most 200', char_length(p_head ->> 'title')),
			jsonb_build_object('length', char_length(p_head ->> 'title')::text, 'max', '200'), 'head.title');
	elsif renkei.word(p_head ->> 'kind', 'ATTACHMENT_KIND_') is not null and p_head ->> 'title' ~ '[[:cntrl:]]' then
		perform renkei_api.refuse('RK400', 'ATTACHMENT_TITLE_INVALID', 'a title is one line', '{}', 'head.title');
	elsif coalesce(p_head ->> 'language', '') not in ('', 'ja', 'en', 'zh') then
		perform renkei_api.refuse('RK400', 'LANGUAGE_UNKNOWN', 'language is ja, en or zh', jsonb_build_object('value', left(p_head ->> 'language', 20)),
			'head.language');
	elsif p_head ? 'record' and (coalesce(p_head #>> '{record,list}', '') not in ('activities', 'needs', 'outcomes', 'challenges', 'projects',
			'policy_contributions') or coalesce(p_head #>> '{record,id}', '') !~ '^[A-Za-z0-9._-]{1,64}$') then
		perform renkei_api.refuse('RK400', 'ATTACHMENT_RECORD_UNKNOWN', 'a record is named by a list of the report and its id there',
			jsonb_build_object('record', left(concat_ws(':', p_head #>> '{record,list}', p_head #>> '{record,id}'), 80)), 'head.record');
	elsif renkei.word(p_head ->> 'kind', 'ATTACHMENT_KIND_') = 'roster'
		and coalesce(renkei.word(p_head ->> 'disclosure', 'DISCLOSURE_'), 'parties') <> 'secretariat' then
		perform renkei_api.refuse('RK409', 'ATTACHMENT_ROSTER_OPEN', 'a roster names persons: nobody but the secretariat may read it', '{}', 'head.disclosure');
	elsif not exists (select from renkei.municipality m where m.municipality_code = own) then
		perform renkei_api.refuse('RK404', 'MUNICIPALITY_NOT_FOUND', format('municipality code %s is not in the registry', own),
			jsonb_build_object('municipality_code', own), 'head.municipality_code');
	end if;
	select t.opens_at into opens from renkei.reporting_period t where t.fiscal_year = (p_head -> 'period' ->> 'fiscal_year')::integer
		and t.quarter = wanted_quarter and t.variant = wanted_variant;
	if not found then
		perform renkei_api.refuse('RK404', 'PERIOD_NOT_FOUND', format('there is no reporting period %s', tag),
			jsonb_build_object('period', tag), 'head.period');
	elsif opens > clock_timestamp() then
		perform renkei_api.refuse('RK409', 'PERIOD_NOT_OPEN', format('period %s opens at %s', tag, renkei.time_json(opens)),
			jsonb_build_object('period', tag, 'opens_at', renkei.time_json(opens)), 'head.period');
	end if;
end $$;
