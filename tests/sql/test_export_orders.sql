-- Runs that the secretariat orders: once a request, one at a time, taken by one, taken up again, told to who waits.
begin;
select plan(43);
create function pg_temp.look(p_sql text) returns text language plpgsql as $$
declare
	said text;
begin
	perform set_config('renkei.exports', 'on', true);
	execute p_sql into said;
	perform set_config('renkei.exports', '', true);
	return said;
end $$;
create function pg_temp.order(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_number), 'name', 'weekly') || p_more $$;
create function pg_temp.due() returns bigint language sql as $$ select due from renkei_api.export_orders() $$;
create function pg_temp.claim(p_due bigint, p_holder text) returns integer language sql as $$
	select renkei_api.claim_export('weekly', p_due, p_holder, 60, (select changed_at from renkei_api.export_work('weekly'))) $$;

select renkei_api.keep_export_schedule('weekly', 'weekly', 'Asia/Tokyo', 'csv', 'renkei://x');
select pg_temp.look($$update renkei.export_schedule set paused = true, public_only = true, free_text = false where name = 'weekly' returning ''$$);
select is(fixture.refused(who, 'run_export', pg_temp.order(71)) ->> 'reason', 'ROLE_NOT_ALLOWED', 'not ' || who) from unnest(array['analyst', 'ministry', '401005', 'operator']) who;
select is(fixture.refused('secretariat', 'run_export', pg_temp.order(71, '{"name": "none"}')) ->> 'reason', 'EXPORT_SCHEDULE_UNKNOWN', 'a schedule has to be there');
select is(fixture.refused('secretariat', 'run_export', '{"name": "weekly"}') ->> 'reason', 'REQUEST_ID_REQUIRED', 'a request has an id');
select is(fixture.call('secretariat', 'run_export', pg_temp.order(71, '{"validate_only": true}')) #>> '{run,state}', 'EXPORT_RUN_STATE_ORDERED', 'it can be tried');
select is_empty('select * from renkei_api.export_orders()', 'and nothing is ordered then');
create temp table ordered as select fixture.call('secretariat', 'run_export', pg_temp.order(71)) as answer;
-- What who waits is told of the run that was ordered.
create function pg_temp.told() returns jsonb language sql as $$
	select fixture.call('secretariat', 'list_exports', jsonb_build_object('schedule', 'weekly', 'due_at', (select answer #>> '{run,due_at}' from ordered))) #> '{runs,0}' $$;
select is((select array[answer #>> '{run,schedule}', answer #>> '{run,state}', answer #>> '{run,attempt}', answer #>> '{run,ordered}'] from ordered), array['weekly', 'EXPORT_RUN_STATE_ORDERED', '0', 'true'],
	'a run is ordered, of a schedule that is paused too');
select is(fixture.call('secretariat', 'run_export', pg_temp.order(71)), answer, 'once a request') from ordered;
select is(fixture.refused('secretariat', 'run_export', pg_temp.order(71, '{"name": "other"}')) ->> 'reason', 'REQUEST_ID_REUSED', 'of which the id is its own');
select is(fixture.refused('secretariat', 'run_export', pg_temp.order(72)) ->> 'reason', 'EXPORT_RUNNING', 'no other is ordered while it waits');
select is((select array_agg(name) from renkei_api.export_orders()), array['weekly'], 'who makes exports is told');
select is(pg_temp.told() ->> 'state', 'EXPORT_RUN_STATE_ORDERED', 'and who waits');
create temp table run as select due from renkei_api.export_orders();
select is(pg_temp.claim(due, 'a:1'), 1, 'one takes it') from run;
select is(pg_temp.claim(due, 'b:2'), null, 'and no other') from run;
select is_empty('select * from renkei_api.export_orders()', 'it is nobody else''s to make');
select is(renkei_api.tell_export('weekly', due, 1, 4711), true, 'it tells how far it is') from run;
select is(array[pg_temp.told() ->> 'state', pg_temp.told() ->> 'rows'], array['EXPORT_RUN_STATE_RUNNING', '4711'], 'which who waits is told');
select is(fixture.refused('secretariat', 'run_export', pg_temp.order(72)) ->> 'reason', 'EXPORT_RUNNING', 'no other is ordered while it runs');
select is(pg_temp.look('select array[public_only, free_text, all_versions]::text from renkei.export_run where ordered_by is not null'), '{t,f,f}', 'what it is of is kept with it');
select pg_temp.look($$update renkei.export_run set lease_until = clock_timestamp() - interval '1 s' where ordered_by is not null returning ''$$);
select is(pg_temp.due(), due, 'whoever made it died: it is to be made again') from run;
select is(pg_temp.claim(due, 'b:2'), 2, 'by another') from run;
select is(renkei_api.tell_export('weekly', due, 1, 5000), false, 'and no longer by the first') from run;
select is(renkei_api.fail_export('weekly', due, 2, 'no room', '', 'EXPORT_NO_ROOM'), 60, 'it fails') from run;
select is(array[pg_temp.told() ->> 'state', pg_temp.told() ->> 'why', pg_temp.told() ->> 'reason', (pg_temp.told() ? 'rows')::text],
	array['EXPORT_RUN_STATE_FAILED', 'no room', 'EXPORT_NO_ROOM', 'false'], 'and says why, in words and by its reason');
select is_empty('select * from renkei_api.export_orders()', 'for a while nobody makes it');
select pg_temp.look($$update renkei.export_run set retry_at = clock_timestamp() where ordered_by is not null returning ''$$);
select is(pg_temp.due(), due, 'then it is tried again') from run;
select is(fixture.call('secretariat', 'run_export', pg_temp.order(73)) #>> '{run,state}', 'EXPORT_RUN_STATE_ORDERED', 'one that failed stands in no other''s way');
select isnt(pg_temp.due(), due, 'and the later order takes its place') from run;
select is(renkei_api.finish_export('weekly', due, pg_temp.claim(due, 'a:1'), '{"id": "x", "as_of": "2016-07-01", "bytes": 1, "files": 1, "rows": 1}', ''), true, 'it is made')
	from renkei_api.export_orders();
select is_empty('select * from renkei_api.export_orders()', 'and nothing is ordered any more');
select fixture.call('secretariat', 'run_export', pg_temp.order(74));
select fixture.call('secretariat', 'remove_export_schedule', pg_temp.order(75));
select is(pg_temp.look($$select why from renkei.export_run where state = 'failed' and attempt = 0$$), 'the schedule was removed', 'an order goes with its schedule');

-- An order is of the schedule as it stood.
create function pg_temp.again() returns void language plpgsql as $$
begin
	perform set_config('renkei.exports', 'on', true);
	update renkei.export_run r set retry_at = clock_timestamp() where r.ordered_by is not null and r.retry_at is not null;
	update renkei.export_run r set lease_until = clock_timestamp() where r.state = 'running';
	perform set_config('renkei.exports', '', true);
end $$;
create function pg_temp.put(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
	select fixture.call('secretariat', 'put_export_schedule', jsonb_build_object('request_id', fixture.id(p_number),
		'schedule', '{"name": "weekly", "calendar": "weekly", "formats": ["csv"]}'::jsonb || p_more)) $$;
create function pg_temp.latest(p_column text) returns text language sql as $$
	select pg_temp.look(format('select %s::text from renkei.export_run where ordered_by is not null order by due_at desc limit 1', p_column)) $$;
select pg_temp.put(76, '{"public_only": true, "without_free_text": true}');
select fixture.call('secretariat', 'run_export', pg_temp.order(77));
create temp table first as select due from renkei_api.export_orders();
select is(renkei_api.fail_export('weekly', due, pg_temp.claim(due, 'a:1'), 'no room', ''), 30, 'an order of what is public fails') from first;
select fixture.call('secretariat', 'remove_export_schedule', pg_temp.order(78));
select pg_temp.put(79);
select pg_temp.again();
select is_empty('select * from renkei_api.export_orders()', 'and is not made under another schedule of that name');
select is(pg_temp.claim(due, 'a:1'), null, 'nor can it be taken') from first;
select is(pg_temp.latest('why'), 'the schedule was removed; it had failed: no room', 'it says why');
select fixture.call('secretariat', 'run_export', pg_temp.order(80));
select pg_temp.put(81, '{"public_only": true}');
select is_empty('select * from renkei_api.export_orders()', 'one that waits is not made with other contents');
select is(array[pg_temp.latest('state'), pg_temp.latest('why'), pg_temp.latest('retry_at')], array['failed', 'the schedule was changed', null], 'who waits is told');
select is(fixture.call('secretariat', 'run_export', pg_temp.order(82)) #>> '{run,state}', 'EXPORT_RUN_STATE_ORDERED', 'and orders anew');
create temp table second as select due, pg_temp.claim(due, 'a:1') as attempt from renkei_api.export_orders();
select pg_temp.put(83);
select is(pg_temp.latest('array[state, public_only::text]'), '{running,true}', 'one under way goes on with its contents');
select is(renkei_api.fail_export('weekly', due, attempt, 'no room', ''), 30, 'and when it fails') from second;
select pg_temp.again();
select is_empty('select * from renkei_api.export_orders()', 'it is not tried again with others');
select * from finish();
rollback;
