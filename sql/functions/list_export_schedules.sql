-- renkei_api.list_export_schedules - when exports are made.
-- Takes    ListExportSchedulesRequest.      Returns  ListExportSchedulesResponse.      Errors  RK403.
create function renkei_api.list_export_schedules(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('secretariat', 'ministry', 'analyst', 'operator');
	return jsonb_build_object('schedules', (select coalesce(jsonb_agg(renkei_api.export_schedule_json(s) order by s.name), '[]') from renkei.export_schedule s),
		'deadlines', (select coalesce(jsonb_agg(renkei.time_json(to_timestamp(d / 1000000.0)) order by d), '[]')
			from renkei_api.export_deadlines((extract(epoch from clock_timestamp()) * 1000000)::bigint) d));
end $$;
grant execute on function renkei_api.list_export_schedules to renkei_daemon;
