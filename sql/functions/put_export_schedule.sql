-- renkei_api.put_export_schedule - make a schedule, or put another in its place; what fell due or was ordered before is not made up for.
-- Takes    PutExportScheduleRequest, whose calendar, formats and command renkeid has read.      Returns  PutExportScheduleResponse.
-- Writes   renkei.export_schedule, export_run, office_request.
-- Errors   RK400 ARGUMENT_INVALID, REQUEST_ID_REQUIRED, EMAIL_INVALID, LANGUAGE_UNKNOWN, EXPORT_BASE_INVALID; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.put_export_schedule(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant jsonb := coalesce(p_request -> 'schedule', '{}');
	one renkei.export_schedule;
	odd text;
	answer jsonb;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('put_export_schedule', p_request);
	if answer is not null then
		return answer;
	end if;
	if coalesce(wanted ->> 'name', '') !~ '^[a-z][a-z0-9-]{0,39}$' then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', 'a name has 1 to 40 of a-z, 0-9 and -, a letter first',
			jsonb_build_object('value', left(coalesce(wanted ->> 'name', ''), 60), 'range', 'a-z, 0-9, -'), 'schedule.name');
	elsif coalesce((wanted ->> 'keep')::integer, 0) not between 0 and 1000 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', '1 to 1000 bundles are kept',
			jsonb_build_object('value', wanted ->> 'keep', 'range', '1-1000'), 'schedule.keep');
	end if;
	one.recipients := array(select lower(btrim(a)) from jsonb_array_elements_text(wanted -> 'recipients') a group by 1 order by 1);
	odd := (select a from unnest(one.recipients) a where char_length(a) > 254 or a !~ '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$' limit 1);
	one.language := coalesce(nullif(wanted ->> 'language', ''), 'ja');
	one.base := nullif(wanted ->> 'since', '');
	if odd is not null then
		perform renkei_api.refuse('RK400', 'EMAIL_INVALID', 'a recipient is no address', jsonb_build_object('value', left(odd, 80)), 'schedule.recipients');
	elsif cardinality(one.recipients) > 20 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', 'at most 20 recipients', jsonb_build_object('value', cardinality(one.recipients)::text, 'range', '0-20'),
			'schedule.recipients');
	elsif one.language not in ('ja', 'en', 'zh') then
		perform renkei_api.refuse('RK400', 'LANGUAGE_UNKNOWN', 'language is ja, en or zh', jsonb_build_object('value', left(one.language, 20)), 'schedule.language');
	elsif one.base is not null and not exists (select from renkei.export_schedule s where s.name = one.base and s.name <> wanted ->> 'name' and s.base is null
			and 'csv' = any (s.formats) and s.all_versions = coalesce((wanted ->> 'all_versions')::boolean, false)
			and s.planned = coalesce((wanted ->> 'planned')::boolean, false) and s.public_only = coalesce((wanted ->> 'public_only')::boolean, false)
			and s.free_text <> coalesce((wanted ->> 'without_free_text')::boolean, false)
			and s.company_names <> coalesce((wanted ->> 'without_company_names')::boolean, false)) then
		perform renkei_api.refuse('RK400', 'EXPORT_BASE_INVALID', format('%s is no schedule of whole bundles with CSV and the same contents', left(one.base, 40)),
			jsonb_build_object('value', left(one.base, 40)), 'schedule.since');
	end if;
	one.name := wanted ->> 'name';
	one.calendar := wanted ->> 'calendar';
	one.time_zone := coalesce(nullif(wanted ->> 'time_zone', ''), 'Asia/Tokyo');
	one.formats := array(select distinct on (f) f from jsonb_array_elements_text(wanted -> 'formats') f order by f);
	one.all_versions := coalesce((wanted ->> 'all_versions')::boolean, false);
	one.planned := coalesce((wanted ->> 'planned')::boolean, false);
	one.public_only := coalesce((wanted ->> 'public_only')::boolean, false);
	one.free_text := not coalesce((wanted ->> 'without_free_text')::boolean, false);
	one.company_names := not coalesce((wanted ->> 'without_company_names')::boolean, false);
	one.keep := coalesce(nullif((wanted ->> 'keep')::integer, 0), 8);
	one.paused := coalesce((wanted ->> 'paused')::boolean, false);
	one.command := nullif(wanted ->> 'command', '');
	one.handled_to := clock_timestamp();
	one.changed_at := one.handled_to;
	one.principal_uri := current_setting('renkei.principal');
	answer := jsonb_build_object('schedule', renkei_api.export_schedule_json(one));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		perform set_config('renkei.exports', 'on', true);
		delete from renkei.export_schedule s where s.name = one.name;
		insert into renkei.export_schedule select one.*;
		perform renkei_api.end_export_orders(one.name, 'the schedule was changed');
		perform set_config('renkei.exports', '', true);
		perform renkei_api.office_keep('put_export_schedule', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.put_export_schedule to renkei_daemon;
