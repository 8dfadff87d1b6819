-- renkei_api.remove_export_schedule - no more runs of a schedule, ordered ones and those that failed either; its bundles stay.
-- Takes    RemoveExportScheduleRequest.      Returns  RemoveExportScheduleResponse.      Writes  renkei.export_schedule, export_run, office_request.
-- Errors   RK404 EXPORT_SCHEDULE_UNKNOWN; RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
create function renkei_api.remove_export_schedule(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := coalesce(p_request ->> 'name', '');
	answer jsonb;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('remove_export_schedule', p_request);
	if answer is not null then
		return answer;
	end if;
	select jsonb_build_object('schedule', renkei_api.export_schedule_json(s)) into answer from renkei.export_schedule s where s.name = wanted;
	if not found then
		perform renkei_api.refuse('RK404', 'EXPORT_SCHEDULE_UNKNOWN', format('there is no schedule %s', left(wanted, 40)),
			jsonb_build_object('name', left(wanted, 40)), 'name');
	end if;
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		perform set_config('renkei.exports', 'on', true);
		delete from renkei.export_schedule s where s.name = wanted;
		perform renkei_api.end_export_orders(wanted, 'the schedule was removed');
		perform set_config('renkei.exports', '', true);
		perform renkei_api.office_keep('remove_export_schedule', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.remove_export_schedule to renkei_daemon;
