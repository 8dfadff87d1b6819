-- Two sessions at once: the same request, two reports that want to be the same version, and a name that changes while what has it is made ready for search.
create extension if not exists dblink schema tap;
begin;
select plan(9);
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
-- A name changes, not committed yet, while a version that has it waits to be made ready for search.
select tap.dblink_connect('d', pg_temp.conninfo());
select tap.dblink_exec('d', $$insert into fixture.report select 'named', bytes, document - 'nil' || '{"municipality_code": "442011", "needs": [{"need_id": "n1", "text_ja": "要望", "partner_code": "120000"}]}'
	from fixture.report where name = 'nil'$$);
select r ? 'receipt' as stored from tap.dblink('d', $$select fixture.submit('442011', 'named', 3)$$) as t (r jsonb);
create temp table former as select name_zh from renkei.partner_government where partner_code = '120000';
select tap.dblink_exec('a', $$begin; set local renkei.role = 'secretariat'; update renkei.partner_government set name_zh = '津门市' where partner_code = '120000'$$);
select is((select n from tap.dblink('d', 'select renkei_api.index_search()') as t (n bigint)), null, 'nothing is made ready while a name changes');
select tap.dblink_exec('a', 'commit');
select cmp_ok((select n from tap.dblink('d', 'select renkei_api.index_search()') as t (n bigint)), '>', 0::bigint, 'but once it has changed');
select is((select array_agg(t.text like '%津门市%') from renkei.search_text t where t.municipality_code = '442011'), array[true], 'and it is found by its new name');
select tap.dblink_exec('a', format($$set renkei.role = 'secretariat'; update renkei.partner_government set name_zh = %L where partner_code = '120000'; reset renkei.role$$, name_zh)) from former;
select * from finish();
rollback;
