-- Two reports of a municipality that tell of one event are accepted at once: what counts is the later quarter's word, whoever commits first.
create extension if not exists dblink schema tap;
begin;
select plan(3);
create function pg_temp.conninfo() returns text language sql as $$
	select format('host=%s port=%s dbname=%s user=postgres', current_setting('unix_socket_directories'), current_setting('port'), current_database()) $$;
set local statement_timeout = '20s';
select tap.dblink_connect('a', pg_temp.conninfo()), tap.dblink_connect('b', pg_temp.conninfo());
select tap.dblink_exec('a', $$insert into fixture.report select 'told' || q, bytes, document - 'nil' || jsonb_build_object('municipality_code', '141305', 'period', renkei_api.period_json(2016, q, 'regular'),
	'activities', jsonb_build_array(jsonb_build_object('activity_id', 'both', 'title', '催し', 'status', 'ACTIVITY_STATUS_HELD', 'scope', 'SCOPE_WHOLE', 'occurrences', q)))
	from fixture.report cross join generate_series(1, 2) q where name = 'nil'$$);
select count(*) from generate_series(1, 2) q cross join lateral tap.dblink('a', format($$select fixture.submit('141305', 'told%s', 70%s)$$, q, q)) as t (r jsonb);
select tap.dblink_exec('a', 'begin');
-- a accepts the later one and has not committed; b accepts the earlier one.
select r -> 'answer' is not null as accepted from tap.dblink('a', $$select fixture.accept('secretariat', '141305-2016Q2-1', 7003)$$) as t (r jsonb);
select tap.dblink_send_query('b', $$select fixture.accept('secretariat', '141305-2016Q1-1', 7004)$$);
select pg_sleep(0.3);
select is(tap.dblink_is_busy('b'), 1, 'the second waits for the first');
select tap.dblink_exec('a', 'commit');
select ok((select r ? 'answer' from tap.dblink_get_result('b') as t (r jsonb)), 'and is accepted then');
select set_config('renkei.tenant', '*', true);
select is((select c.occurrences from renkei.counted_activity c where c.municipality_code = '141305' and c.activity_id = 'both'), 2::smallint, 'the later quarter''s word counts');
select * from finish();
rollback;
