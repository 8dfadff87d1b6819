-- renkei_api.run_export - order a run of a schedule now: the daemon that asks first makes it, as of this moment or an earlier one.
-- Takes    RunExportRequest.      Returns  RunExportResponse.      Writes  renkei.export_run, office_request.
-- Errors   RK404 EXPORT_SCHEDULE_UNKNOWN; RK400 AS_OF_FUTURE; RK409 EXPORT_RUNNING; RK400 REQUEST_ID_REQUIRED; RK406 REQUEST_ID_REUSED; RK403.
--
-- A schedule that is paused can be ordered.  While a run is ordered or under way no other one is ordered: it would take the same disk for almost the same data.
create function renkei_api.run_export(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wanted constant text := coalesce(p_request ->> 'name', '');
	moment timestamptz;
	as_of timestamptz;
	one renkei.export_run;
	answer jsonb;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('run_export', p_request);
	if answer is not null then
		return answer;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('export order ' || wanted, 0));
	if not exists (select from renkei.export_schedule s where s.name = wanted) then
		perform renkei_api.refuse('RK404', 'EXPORT_SCHEDULE_UNKNOWN', format('there is no schedule %s', left(wanted, 40)),
			jsonb_build_object('name', left(wanted, 40)), 'name');
	end if;
	moment := clock_timestamp();
	as_of := least(renkei_api.asked_moment(p_request), moment);
	select r.* into one from renkei.export_run r
	where r.name = wanted and (r.state = 'ordered' or r.state = 'running' and r.lease_until > moment) order by r.due_at desc limit 1;
	if found then
		perform renkei_api.refuse('RK409', 'EXPORT_RUNNING', format('a run of schedule %s is under way since %s', wanted, renkei.time_json(one.started_at)),
			jsonb_build_object('name', wanted), 'name');
	end if;
	one := null;
	one.name := wanted;
	one.due_at := moment;
	one.attempt := 0;
	one.state := 'ordered';
	one.holder := '';
	one.started_at := moment;
	one.lease_until := moment;
	one.as_of := as_of;
	one.ordered_by := current_setting('renkei.principal');
	answer := jsonb_build_object('run', renkei_api.export_run_json(one));
	if not coalesce((p_request ->> 'validate_only')::boolean, false) then
		perform set_config('renkei.exports', 'on', true);
		insert into renkei.export_run select one.*;
		perform set_config('renkei.exports', '', true);
		perform renkei_api.office_keep('run_export', p_request, answer);
	end if;
	return answer;
end $$;
grant execute on function renkei_api.run_export to renkei_daemon;
