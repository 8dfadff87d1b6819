-- Records below records have their parent, though no foreign key says so.
create extension if not exists dblink schema tap;
begin;
select plan(9);
select is_empty($$select t.name from renkei.content_table t where t.list is not null and not exists (select from pg_trigger g
	where g.tgrelid = ('renkei.' || t.name)::regclass and g.tgname = t.name || '_of' and g.tgenabled = 'O' and g.tgnewtable is not null)$$,
	'every table below a list is looked at after each statement that puts rows in');
select is_empty($$select t.name from renkei.content_table t where t.list is null and not exists (select from pg_constraint c
	where c.conrelid = ('renkei.' || t.name)::regclass and c.contype = 'f' and c.confrelid = 'renkei.report_version'::regclass)$$,
	'and every other table of content refers to the versions');
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
select throws_ok(format('insert into renkei.activity_theme select municipality_code, version_id, ''nobody'', 1, ''voc'' from renkei.report_version limit 1'),
	'23503', null, 'no theme without its event');
select throws_ok($$insert into renkei.activity_theme select '400009', a.version_id, a.activity_id, 99, 'voc' from renkei.activity a
	where a.municipality_code = '401005' limit 1$$, '23503', null, 'nor one of another municipality''s event');
select throws_ok($$insert into renkei.activity_theme (select a.municipality_code, a.version_id, a.activity_id, 99, 'voc' from renkei.activity a where a.municipality_code = '401005' limit 1)
	union all (select a.municipality_code, a.version_id, 'nobody', 99, 'voc' from renkei.activity a where a.municipality_code = '401005' limit 1)$$, '23503', null, 'one orphan among others is found');
select lives_ok($$insert into renkei.activity_theme select a.municipality_code, a.version_id, a.activity_id, 99, 'voc' from renkei.activity a
	where a.municipality_code = '401005'$$, 'a row with its parent may come later in the transaction');
select set_config('renkei.repair', 'on', true);
select throws_ok($$delete from renkei.activity where municipality_code = '401005'$$, '23503', null, 'a repair cannot take an event away under its themes');

-- A parent of an earlier transaction is held until the child is committed.
create function pg_temp.conninfo() returns text language sql as $$
	select format('host=%s port=%s dbname=%s user=postgres', current_setting('unix_socket_directories'), current_setting('port'), current_database()) $$;
select tap.dblink_connect('a', pg_temp.conninfo()), tap.dblink_connect('b', pg_temp.conninfo());
select * from tap.dblink('a', $$select fixture.submit('281000', 'kobe', 1) -> 'receipt' ->> 'number'$$) as t (r text);
select tap.dblink_exec('a', 'begin');
select tap.dblink_exec('a', $$insert into renkei.activity_source select a.municipality_code, a.version_id, a.activity_id, 99, 'x' from renkei.activity a
	where a.municipality_code = '281000'$$);
select throws_ok($$select tap.dblink_exec('b', 'begin; set local renkei.repair = ''on''; set local lock_timeout = ''200ms'';
	delete from renkei.activity where municipality_code = ''281000''')$$, '55P03', null, 'another cannot take it away meanwhile');
select tap.dblink_exec('a', 'rollback');
select tap.dblink_exec('b', 'rollback');
select isnt_empty($$select from renkei.activity where municipality_code = '281000'$$, 'it is still there');
select * from finish();
rollback;
