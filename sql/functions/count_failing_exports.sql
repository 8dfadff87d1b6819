-- renkei_api.count_failing_exports - schedules that make no bundles although they should.
-- Returns  how many have a failed run later than their last bundle, and are neither paused nor removed.
create function renkei_api.count_failing_exports() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	failing bigint;
begin
	perform set_config('renkei.exports', 'on', true);
	select count(*) into failing from renkei.export_schedule s
	where not s.paused and exists (select from renkei.export_run r where r.name = s.name and r.state = 'failed'
		and r.ended_at > coalesce((select max(d.ended_at) from renkei.export_run d where d.name = s.name and d.state = 'done'), '-infinity'));
	perform set_config('renkei.exports', '', true);
	return failing;
end $$;
grant execute on function renkei_api.count_failing_exports to renkei_daemon;
