-- Two sessions at once: the same request, and two reports that want to be the same version.
create extension if not exists dblink schema tap;
begin;
select plan(6);
create function pg_temp.conninfo() returns text language sql as $$
	select format('host=%s port=%s dbname=%s user=postgres', current_setting('unix_socket_directories'), current_setting('port'), current_database()) $$;
set local statement_timeout = '20s';
select tap.dblink_connect('a', pg_temp.conninfo()), tap.dblink_connect('b', pg_temp.conninfo()), tap.dblink_connect('c', pg_temp.conninfo());
select tap.dblink_exec('a', 'begin');
-- a has stored and not committed; b sends the same request, c another first version: both wait.
create temp table first as select r from tap.dblink('a', $$select fixture.submit('130001', 'tokyo', 1)$$) as t (r jsonb);
select tap.dblink_send_query('b', $$select fixture.submit('130001', 'tokyo', 1)$$), tap.dblink_send_query('c', $$select fixture.submit('130001', 'tokyo', 2)$$);
select pg_sleep(0.3);
select is(tap.dblink_is_busy('b'), 1, 'the same request waits for the one under way');
select is(tap.dblink_is_busy('c'), 1, 'another first version waits too');
select tap.dblink_exec('a', 'commit');
create temp table second as select r from tap.dblink_get_result('b') as t (r jsonb);
select is((select r -> 'receipt' from second), (select r -> 'receipt' from first), 'then it gets the same receipt');
select is((select r ->> 'replayed' from second), 'true', 'as a repetition');
select is((select r -> 'refusal' ->> 'reason' from tap.dblink_get_result('c') as t (r jsonb)), 'VERSION_CONFLICT', 'and the other is a conflict');
select is((select count(*) from renkei.report_version where municipality_code = '130001'), 1::bigint, 'one version is stored');
select * from finish();
rollback;
