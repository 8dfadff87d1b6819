-- Reports that the secretariat enters for a municipality (代理提出), and their confirmation.
begin;
select plan(46);
create function pg_temp.enter(p_who text, p_name text, p_number integer, p_for text, p_dry text default 'f') returns jsonb language sql as $$
	select renkei_api.submit_report(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), format('00000000-0000-4000-8000-%s', lpad(p_number::text, 12, '0')),
		p_dry, r.bytes, r.document, '{"rule_set_hash": "abcd", "warning_count": 1, "findings": []}', '0123456789abcdef', p_for)
	from fixture.report r where r.name = p_name $$;
create function pg_temp.seen(p_receipt text, p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', v.municipality_code,
		'period', renkei_api.period_json(v.fiscal_year, v.quarter, v.variant), 'version', v.version, 'sha256', encode(v.sha256, 'hex')) || p_more
	from renkei.report_version v where v.receipt_number = p_receipt $$;
create function pg_temp.waiting(p_who text) returns jsonb language sql as $$
	select jsonb_path_query_array(fixture.call(p_who, 'list_reports', '{"unconfirmed": true}'), '$.reports[*].receipt_number') $$;

-- Who may enter what.
select is(pg_temp.enter('secretariat', 'kobe', 1, null) -> 'refusal' ->> 'reason', 'ROLE_NOT_ALLOWED', 'the secretariat has no report of its own');
select is(pg_temp.enter('secretariat', 'kobe', 1, '') -> 'refusal' -> 'metadata' ->> 'allowed', 'municipality', 'an empty name of a municipality is none');
select is(pg_temp.enter('281000', 'kobe', 1, '281000') -> 'refusal' ->> 'reason', 'ON_BEHALF_OF_NOT_ALLOWED', 'an officer enters nothing on behalf of its own municipality');
select is(pg_temp.enter('400009', 'kobe', 1, '281000') -> 'refusal' ->> 'reason', 'ON_BEHALF_OF_NOT_ALLOWED', 'nor of another');
select is((pg_temp.enter('400009', 'kobe', 1, '281000') -> 'refusal' ->> 'status')::integer, 7, 'which is PERMISSION_DENIED');
select is(pg_temp.enter('ministry', 'kobe', 1, '281000') -> 'refusal' -> 'metadata' ->> 'allowed', 'secretariat', 'nor does the ministry');
select is((pg_temp.enter('secretariat', 'kobe', 1, '400009') -> 'refusal') - 'message', '{"status": 3, "reason": "ON_BEHALF_OF_DIFFERS", "field": "on_behalf_of",
	"metadata": {"on_behalf_of": "400009", "municipality_code": "281000"}}', 'the report has to be one of the municipality named');
insert into fixture.report select 'all', bytes, document || '{"municipality_code": "*"}' from fixture.report where name = 'kobe';
select is(pg_temp.enter('secretariat', 'all', 1, '*') -> 'refusal' ->> 'reason', 'MUNICIPALITY_NOT_FOUND', 'what is no code opens no wall');
select is(pg_temp.enter('secretariat', 'no_period', 1, '130001') -> 'refusal' ->> 'reason', 'PERIOD_NOT_FOUND', 'all else is judged as ever');
select is((select count(*) from renkei.report_version), 0::bigint, 'and nothing of it is stored');

-- Entered.
select is(pg_temp.enter('secretariat', 'kobe', 1, '281000', 't'), '{"valid": true}', 'a dry run says that it would pass');
create temp table first as select pg_temp.enter('secretariat', 'kobe', 1, '281000') as outcome;
select is((select outcome -> 'receipt' ->> 'number' from first), '281000-2016Q3-1', 'it is the municipality''s report');
select is((select outcome -> 'receipt' ->> 'delegated_by' from first), fixture.uri('secretariat'), 'whose receipt says who entered it');
select is(pg_temp.enter('secretariat', 'kobe', 1, '281000') -> 'receipt', (select outcome -> 'receipt' from first), 'the same request gives the same receipt');
select is(pg_temp.enter('secretariat', 'kobe_q2', 1, '281000') -> 'refusal' ->> 'reason', 'REQUEST_ID_REUSED', 'its id is used up');
select is(pg_temp.enter('281000', 'kobe', 1, null) -> 'refusal' ->> 'reason', 'REQUEST_ID_REUSED', 'also for the municipality');
select is(pg_temp.enter('281000', 'kobe', 2, null) -> 'refusal' ->> 'reason', 'VERSION_CONFLICT', 'which does not hand the same report in beside it');
select is(pg_temp.enter('secretariat', 'nil', 3, '110001') -> 'receipt' ->> 'number', '110001-2016Q3-1', 'another municipality''s');
select is(pg_temp.enter('400009', 'fukuoka', 4, null) -> 'receipt' -> 'delegated_by', null, 'an own report names nobody else');
select is((select fixture.call('281000', 'get_receipt', '{"number": "281000-2016Q3-1"}') -> 'receipt'), (select outcome -> 'receipt' from first),
	'the municipality gets the receipt');
select is((select fixture.call('281000', 'get_report', '{"receipt_number": "281000-2016Q3-1"}') -> 'summary' ->> 'delegated_by'), fixture.uri('secretariat'),
	'and reads who entered the report');
select is(pg_temp.waiting('281000'), '["281000-2016Q3-1"]', 'it waits for its confirmation');
select is(pg_temp.waiting('110001'), '["110001-2016Q3-1"]', 'each sees its own');
select is(pg_temp.waiting('400009'), '[]', 'and nobody another''s');
select is(pg_temp.waiting('secretariat'), '["110001-2016Q3-1", "281000-2016Q3-1"]', 'the secretariat sees all');

-- Confirmed.
create temp table wish as select pg_temp.seen('281000-2016Q3-1', 10) as w, pg_temp.seen('400009-2016Q3-1', 11) as own;
select is(fixture.refused('secretariat', 'confirm_report', w) ->> 'reason', 'ROLE_NOT_ALLOWED', 'the secretariat does not confirm what it entered') from wish;
select is(fixture.refused('400009', 'confirm_report', w) - 'message', fixture.refused('400009', 'confirm_report',
	w || '{"municipality_code": "141305"}') - 'message' || '{"metadata": {"period": "2016Q3", "municipality_code": "281000"}}',
	'another municipality learns nothing: as if it were not there') from wish;
select is(fixture.refused('281000', 'confirm_report', w || '{"version": 2}') ->> 'reason', 'VERSION_CONFLICT', 'the version seen is confirmed') from wish;
select is(fixture.refused('281000', 'confirm_report', w || '{"sha256": "00"}') ->> 'reason', 'DIGEST_MISMATCH', 'with the digest seen') from wish;
select is(fixture.refused('400009', 'confirm_report', own) - 'message', '{"code": "RK409", "reason": "NOT_DELEGATED", "field": "",
	"metadata": {"receipt_number": "400009-2016Q3-1"}}', 'what is one''s own needs no confirmation') from wish;
select is(fixture.refused('281000', 'confirm_report', w || '{"validate_only": true}') -> 'answer' -> 'summary' -> 'confirmed_by', null,
	'a dry run confirms nothing') from wish;
create temp table done as select fixture.call('281000', 'confirm_report', w) as answer from wish;
select is((select answer -> 'summary' ->> 'confirmed_by' from done), fixture.uri('281000'), 'it is confirmed, and by whom');
select is((select fixture.call('281000', 'confirm_report', w) from wish), (select answer from done), 'the same request gives the same answer');
select is(fixture.refused('281000', 'confirm_report', w || '{"version": 2}') ->> 'reason', 'REQUEST_ID_REUSED', 'another with its id is refused') from wish;
select is(fixture.refused('281000', 'confirm_report', w || jsonb_build_object('request_id', fixture.id(12))) ->> 'reason', 'CONFIRMED_ALREADY',
	'nobody confirms a second time') from wish;
select is(pg_temp.waiting('281000'), '[]', 'it waits no more');
select isnt(fixture.call('secretariat', 'get_report', '{"receipt_number": "281000-2016Q3-1"}') -> 'summary' ->> 'confirmed_at', null, 'the secretariat sees when');
select throws_ok($$update renkei.report_confirmation set confirmed_at = now()$$, 'RK403', null, 'a confirmation stays');
select throws_ok($$insert into renkei.report_confirmation values ('110001', (select version_id from renkei.report_version where municipality_code = '110001'),
	fixture.uri('secretariat'), now())$$, '23514', null, 'and the secretariat never makes one');

-- Found wrong: the municipality's own version takes its place.
update fixture.report set document = document || '{"action": "REPORT_ACTION_REPLACE", "base_version": 1}' where name = 'nil';
select is(pg_temp.enter('110001', 'nil', 5, null) -> 'receipt' ->> 'number', '110001-2016Q3-2', 'a municipality replaces what was entered for it');
select is(pg_temp.waiting('110001'), '[]', 'which waits no more');
select is(fixture.refused('110001', 'confirm_report', pg_temp.seen('110001-2016Q3-1', 13)) ->> 'reason', 'VERSION_CONFLICT', 'nor can it be confirmed any more');
select is(pg_temp.enter('secretariat', 'kobe_q2', 6, '281000') -> 'receipt' ->> 'number', '281000-2016Q2-1', 'one more');
select fixture.call('281000', 'withdraw_report', pg_temp.seen('281000-2016Q2-1', 14, '{"reason": "x"}') - 'sha256');
select is(fixture.refused('281000', 'confirm_report', pg_temp.seen('281000-2016Q2-1', 15)) ->> 'reason', 'ACTION_NOT_ALLOWED', 'what was taken back is not confirmed');
select is(fixture.accept('secretariat', '281000-2016Q3-1', 16) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'it is accepted as any other');
set local role renkei_analyst;
select is((select array[municipality_code::text, delegated::text, (confirmed_at is not null)::text] from renkei_api.reports), '{281000,true,true}',
	'analysts see that it was entered for the municipality, which confirmed it');
select * from finish();
rollback;
