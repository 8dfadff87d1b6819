-- The rows follow from the bytes.
begin;
select plan(12);
select ok(renkei.decode_message(bytes, 'renkei.v1.Report') = document, name || ' decodes to what Google''s library says')
from fixture.report where name in ('full', 'full3', 'forecast', 'kobe');
select is(renkei.decode_message('\x0a0131', 'renkei.v1.Report'), '{"municipality_code": "1"}', 'a field alone');
select throws_ok($$select renkei.decode_message('\x0a05', 'renkei.v1.Report')$$, 'RK400', null, 'a message cut short is malformed');
select fixture.submit(array['401005', '400009', '281000'], array['full', 'fukuoka', 'kobe'], array[1, 2, 3]);
select fixture.submit('401005', 'full2', 4);
select is_empty($$select * from renkei_api.rebuild_projection() where missing + surplus > 0$$, 'all rows follow from the bytes');
select is((select rows from renkei_api.rebuild_projection() where "table" = 'activity'), 12::bigint, 'and all are looked at');
set local session_replication_role = replica;
update renkei.activity_participants set persons = 490 where municipality_code = '400009';
delete from renkei.activity_theme where municipality_code = '401005' and theme = 'voc';
update renkei.report_version set comments = 'other' where receipt_number = '401005-2016Q3-2';
set local session_replication_role = origin;
select set_eq($$select "table", missing, surplus from renkei_api.rebuild_projection() where missing + surplus > 0$$,
	$$values ('activity_participants', 1::bigint, 1::bigint), ('activity_theme', 2, 0), ('report_version', 1, 1)$$, 'what was tampered with is found');
select isnt_empty($$select * from renkei_api.rebuild_projection(true)$$, 'and on demand put right');
select set_eq($$select "table" from renkei_api.rebuild_projection() where missing + surplus > 0$$, array['report_version'],
	'but a version itself is never changed');
select throws_ok($$delete from renkei.activity_theme$$, 'RK403', null, 'after which content is closed again');
select * from finish();
rollback;
