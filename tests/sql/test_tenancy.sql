-- Who sees what: the walls, from the side of those who should not get through.
begin;
select plan(32);
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
grant execute on all functions in schema fixture to renkei_daemon;
select set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);

set local role renkei_owner;
select is((select count(*) from renkei.report_version), 0::bigint, 'without a tenant the owner itself sees no version');
select is((select count(*) from renkei.municipality), 0::bigint, 'without a begun call no registry');
select is((select count(*) from renkei.principal), 0::bigint, 'without a claim no principal');
select set_config('renkei.tenant', '400009', true);
select is((select array_agg(distinct municipality_code::text) from renkei.report_version), array['400009'], 'a tenant sees its own');
select is((select count(*) from renkei.activity where municipality_code = '401005'), 0::bigint, 'and nothing of another');
select throws_ok($$insert into renkei.request values ('401005', gen_random_uuid(), 'x', 'withdraw', sha256(''), null, '{}', now())$$, '42501', null,
	'nor writes for another');
select set_config('renkei.tenant', '400009,401005', true);
select is((select count(distinct municipality_code) from renkei.report_version), 2::bigint, 'a batch sees those it was checked for');
reset role;

set local role renkei_daemon;
select throws_ok($$select 1 from renkei.report_version$$, '42501', null, 'the daemon cannot read a table');
select throws_ok($$select renkei_api.rebuild_projection()$$, '42501', null, 'nor call what it was not granted');
select throws_ok($$select renkei_api.upsert_principal('renkei://x/operator/a', 'operator', null, 'x')$$, '42501', null, 'nor make principals');
select throws_ok($$create temp table x (y int)$$, '42501', null, 'nor create a table');
select throws_ok($$select * from renkei_api.begin_call('renkei://test.renkei/municipality/401005', '\x00', '{municipality}', 1000)$$, 'RK401', null,
	'an identity with another key is refused');
select throws_ok($$select * from renkei_api.begin_call(fixture.uri('401005'), fixture.spki(fixture.uri('401005')), '{secretariat}', 1000)$$, 'RK403', null,
	'a role that may not make the call is refused');
select results_eq($$select role, municipality_code from renkei_api.begin_call(fixture.uri('401005'), fixture.spki(fixture.uri('401005')), '{municipality}', 1234)$$,
	$$values ('municipality', '401005')$$, 'the right one is begun');
select is(current_setting('statement_timeout'), '1234ms', 'with its timeout');
select lives_ok($$select renkei_api.begin_batch(500)$$, 'a batch is begun');
select is(fixture.call('401005', 'get_receipt', '{"number": "401005-2016Q3-1"}') -> 'receipt' ->> 'number', '401005-2016Q3-1', 'one''s own receipt is there');
select is(fixture.refused('400009', 'get_receipt', '{"number": "401005-2016Q3-1"}') - 'metadata', fixture.refused('400009', 'get_receipt',
	'{"number": "401005-2016Q3-7"}') - 'metadata', 'another''s receipt and none at all look the same');
select is(fixture.refused('400009', 'get_report', '{"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3",
	"variant": "VARIANT_REGULAR"}}') ->> 'reason', 'REPORT_NOT_FOUND', 'another''s report is not there');
select is(jsonb_array_length(fixture.call('400009', 'list_reports', '{"municipality_code": "401005"}') -> 'reports'), 0, 'another''s reports are not listed');
select is(jsonb_array_length(fixture.call('400009', 'list_reports') -> 'reports'), 1, 'one''s own are');
select is(jsonb_array_length(fixture.call('ministry', 'list_reports') -> 'reports'), 2, 'the ministry reads all');
select is(fixture.refused('analyst', 'get_report', '{"receipt_number": "401005-2016Q3-1"}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'an analyst reads no report');
select is(fixture.refused('operator', 'list_reports') ->> 'reason', 'ROLE_NOT_ALLOWED', 'nor does an operator');
reset role;

-- Records for the secretariat alone.
insert into fixture.report select 'secret', bytes, jsonb_set(document, '{activities,0,disclosure}', '"DISCLOSURE_SECRETARIAT"')
from fixture.report where name = 'kobe';
select fixture.submit('281000', 'secret', 3);
select is(fixture.accept('secretariat', '281000-2016Q3-1', 3) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'accepted');
select is((select (fixture.refused('ministry', 'get_report', '{"receipt_number": "281000-2016Q3-1"}') - 'message')),
	'{"reason": "CONTENT_NOT_DISCLOSED", "code": "RK403", "field": "", "metadata": {"receipt_number": "281000-2016Q3-1"}}',
	'the ministry cannot read a report that holds one');
select is(fixture.call('ministry', 'get_report', '{"receipt_number": "400009-2016Q3-1"}') -> 'summary' ->> 'receipt_number', '400009-2016Q3-1',
	'but others');
select is(fixture.call(who, 'get_report', '{"receipt_number": "281000-2016Q3-1"}') -> 'summary' ->> 'receipt_number', '281000-2016Q3-1',
	who || ' reads it') from unnest(array['secretariat', '281000']) who;
select is(array(select jsonb_path_query_array(fixture.call(who, 'aggregate_activities', '{"measures": ["MEASURE_ACTIVITIES"], "list_records": true}'),
	'$.total.records[*].activity_id')::text from unnest(array['secretariat', 'ministry', 'analyst']) who),
	array['["k1"]', '[]', '[]'], 'and the list behind a number has it for the secretariat only');

select renkei_api.revoke_certificate(fixture.spki(fixture.uri('400009')), 'test');
select is(fixture.refused('400009', 'list_reports') ->> 'reason', 'CERTIFICATE_REVOKED', 'a revoked certificate ends at the next call');
select renkei_api.set_principal_state(fixture.uri('401005'), 'suspended', 'test');
select is(fixture.refused('401005', 'list_reports') ->> 'reason', 'PRINCIPAL_SUSPENDED', 'a suspended principal too');
select * from finish();
rollback;
