-- Submitting: one, many, again, in conflict.
begin;
select plan(59);
create temp table batch as select * from fixture.submit(
	array['401005', '400009', '130001', '110001', '141305', '130001', '130001', '130001'],
	array['full', 'fukuoka', 'bad_partner', 'nil', 'kobe_q2', 'no_period', 'not_open', 'nil'], array[1, 2, 3, 4, 5, 6, 7, 8]);
select results_eq('select item from batch', 'select generate_series(1, 8)', 'a batch answers every item in its order');
select is((select outcome -> 'receipt' ->> 'number' from batch where item = 1), '401005-2016Q3-1', 'a receipt number says whose, when, which version');
select is((select outcome -> 'refusal' ->> 'reason' from batch where item = 3), 'PARTNER_NOT_FOUND', 'an unknown partner code is refused');
select is((select outcome -> 'refusal' ->> 'field' from batch where item = 3), 'activities[0].partners[0].partner_code', 'and its field is named');
select is((select outcome -> 'refusal' -> 'metadata' ->> 'fields' from batch where item = 3),
	'activities[0].partners[0].partner_code needs[0].partner_code', 'and all such fields');
select is((select outcome -> 'refusal' ->> 'reason' from batch where item = 5), 'NOT_YOUR_MUNICIPALITY', 'nobody submits for another municipality');
select is((select (outcome -> 'refusal' ->> 'status')::int from batch where item = 5), 7, 'which is PERMISSION_DENIED');
select is((select outcome -> 'refusal' ->> 'reason' from batch where item = 6), 'PERIOD_NOT_FOUND', 'a period nobody opened is refused');
select is((select outcome -> 'refusal' ->> 'reason' from batch where item = 7), 'PERIOD_NOT_OPEN', 'a period that opens later is refused');
select is((select outcome -> 'refusal' ->> 'reason' from batch where item = 8), 'NOT_YOUR_MUNICIPALITY', 'the document decides whose report it is');
select is((select count(*) from batch where outcome ? 'receipt'), 3::bigint, 'bad items do not fail their neighbours');
select is((select count(*) from renkei.report_version), 3::bigint, 'what was refused is not stored');
select is((select report from renkei.report_version where receipt_number = '401005-2016Q3-1'), (select bytes from fixture.report where name = 'full'),
	'the bytes are kept exactly');
select is((select outcome -> 'receipt' ->> 'sha256' from batch where item = 1), (select encode(sha256(bytes), 'hex') from fixture.report where name = 'full'),
	'the receipt names their digest');
select is((select outcome -> 'receipt' ->> 'timeliness' from batch where item = 1), 'TIMELINESS_LATE', 'late is marked, not refused');

create temp table again as select fixture.submit('401005', 'full', 1) as outcome;
select is((select outcome -> 'receipt' from again), (select outcome -> 'receipt' from batch where item = 1), 'the same request gives the same receipt');
select is((select outcome ->> 'replayed' from again), 'true', 'and says that it is a repetition');
select is((select count(*) from renkei.request_replay), 1::bigint, 'a repetition writes a row: its answer rests on a commit of its own');
select is(fixture.submit('401005', 'full2', 1) -> 'refusal' ->> 'reason', 'REQUEST_ID_REUSED', 'the same id with other bytes is refused');
select is((fixture.submit('401005', 'full2', 1) -> 'refusal' ->> 'status')::int, 6, 'which is ALREADY_EXISTS');
select is(fixture.submit('400009', 'final', 1) -> 'receipt' ->> 'number', '400009-2016Q4-1', 'request ids of two municipalities do not meet');

select is(fixture.submit('401005', 'full', 11) -> 'refusal' ->> 'reason', 'VERSION_CONFLICT', 'a first version on top of one is a conflict');
select is(fixture.submit('401005', 'full', 11) -> 'refusal' -> 'metadata' ->> 'latest_version', '1', 'that names the latest version');
select is(fixture.submit('401005', 'full2', 12, true), '{"valid": true}', 'a dry run says that it would pass');
select is((select count(*) from renkei.report_version where municipality_code = '401005'), 1::bigint, 'and writes nothing');
select is(fixture.submit('401005', 'full3', 13, true) -> 'refusal' ->> 'reason', 'VERSION_CONFLICT', 'a dry run compares with what is stored');
select is(fixture.submit('401005', 'full2', 12) -> 'receipt' ->> 'number', '401005-2016Q3-2', 'a replacement is version 2');
select is(fixture.submit('401005', 'full3', 14) -> 'refusal' ->> 'reason', 'ACTION_NOT_ALLOWED', 'nothing accepted, nothing to correct');
select is(fixture.accept('secretariat', '401005-2016Q3-2', 1) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'the secretariat accepts');
update fixture.report set document = jsonb_set(document, '{base_version}', '2') where name = 'full2';
select is(fixture.submit('401005', 'full2', 15) -> 'refusal' ->> 'reason', 'ACTION_NOT_ALLOWED', 'what is accepted is not replaced');
select is(fixture.submit('401005', 'full3', 14) -> 'receipt' ->> 'number', '401005-2016Q3-3', 'but corrected');
select is((select accepted_version from renkei.report where municipality_code = '401005'), 2::smallint, 'the accepted version counts until the correction is accepted');

-- Items that meet in one batch.
select results_eq($$select coalesce(outcome -> 'receipt' ->> 'number', outcome -> 'refusal' ->> 'reason'), outcome ->> 'replayed'
	from fixture.submit(array['281000', '281000', '281000', '281000'], array['kobe', 'kobe', 'kobe_q2', 'kobe'], array[1, 1, 1, 2])$$,
	$$values ('281000-2016Q3-1', 'false'), ('281000-2016Q3-1', 'true'), ('REQUEST_ID_REUSED', null), ('VERSION_CONFLICT', null)$$,
	'one request twice in a batch, its id for something else, and a second first version: each is answered as if alone');
select is((select count(*) from renkei.report_version where municipality_code = '281000'), 1::bigint, 'and one version is stored');
update fixture.report set document = document || '{"base_version": 1, "action": "REPORT_ACTION_REPLACE"}' where name = 'kobe_q2';
insert into fixture.report select 'kobe_q2_new', bytes, document || '{"base_version": 0, "action": "REPORT_ACTION_NEW"}' from fixture.report where name = 'kobe_q2';
select results_eq($$select outcome -> 'receipt' ->> 'number' from fixture.submit(array['281000', '281000'], array['kobe_q2_new', 'kobe_q2'], array[21, 22])$$,
	$$values ('281000-2016Q2-1'), ('281000-2016Q2-2')$$, 'two versions of one report in one batch follow one another');

-- The last version there can be.
set local session_replication_role = replica;
update renkei.report set latest_version = 9999 where municipality_code = '281000' and quarter = 2;
set local session_replication_role = origin;
insert into fixture.report select 'kobe_q2_last', bytes, document || '{"base_version": 9999}' from fixture.report where name = 'kobe_q2';
select is((fixture.submit('281000', 'kobe_q2_last', 23) -> 'refusal') - 'message', '{"status": 9, "reason": "VERSION_LIMIT", "field": "base_version", "metadata": {"limit": "9999"}}',
	'no version follows the last one');

-- Who may not.
select renkei_api.set_principal_state(fixture.uri('110001'), 'suspended', 'test');
select is(fixture.submit('110001', 'nil', 4) -> 'refusal' ->> 'reason', 'PRINCIPAL_SUSPENDED', 'a suspended principal gets nothing, not even an old receipt');
select renkei_api.set_principal_state(fixture.uri('110001'), 'active', 'test');
select renkei_api.revoke_certificate(fixture.spki(fixture.uri('110001')), 'lost');
select is(fixture.submit('110001', 'nil', 4) -> 'refusal' ->> 'reason', 'CERTIFICATE_REVOKED', 'a revoked certificate neither');
select is(fixture.submit('999999', 'nil', 4) -> 'refusal' ->> 'reason', 'IDENTITY_UNKNOWN', 'nor somebody unknown');
select is(fixture.submit('secretariat', 'nil', 4) -> 'refusal' ->> 'reason', 'ROLE_NOT_ALLOWED', 'nor the secretariat');
select is((select outcome -> 'refusal' ->> 'reason' from renkei_api.submit_reports(array[fixture.uri('400009')], array[fixture.spki(fixture.uri('400009'))],
	array['not-a-uuid'], array['f'], array['\x'::bytea], array['{}'::jsonb], array['{}'::jsonb], 'k')), 'REQUEST_ID_REQUIRED', 'a request id is a UUID');
select is((select count(*) from renkei_api.submit_reports('{}', '{}', '{}', '{}', '{}', '{}', '{}', 'k')), 0::bigint, 'an empty batch is no mistake');

-- What a report refers to has to be there.
create function pg_temp.made(p_name text, p_quarter integer, p_more jsonb) returns text language sql as $$
	insert into fixture.report select p_name, bytes, (document - 'activities' - 'needs' - 'outcomes') || jsonb_build_object('period',
		renkei_api.period_json(2016, p_quarter, 'regular')) || p_more from fixture.report where name = 'fukuoka' returning name $$;
create function pg_temp.change(p_code text) returns jsonb language sql as $$ select jsonb_build_object('partner_code', p_code, 'new_type',
	'COOPERATION_TYPE_B') $$;
select is((fixture.submit('400009', pg_temp.made('turned', 1, jsonb_build_object('type_changes', jsonb_build_array(pg_temp.change('320000'),
	pg_temp.change('310000')))), 50) -> 'refusal') - 'message', '{"status": 5, "reason": "COOPERATION_NOT_FOUND",
	"field": "type_changes[1].partner_code", "metadata": {"cooperation_id": "400009-310000", "fields": "type_changes[1].partner_code"}}',
	'no type changes where no cooperation is');
select is(fixture.submit('400009', pg_temp.made('meant', 1, '{"intentions": [{"partner_code": "310000", "kind": "INTENTION_KIND_END"}]}'), 51)
	-> 'refusal' ->> 'field', 'intentions[0].partner_code', 'nor is anything intended for one');
select is((fixture.submit('400009', pg_temp.made('wanted', 2, '{"activities": [{"activity_id": "x"}, {"activity_id": "y", "need_id": "n9"}]}'), 52)
	-> 'refusal') - 'message', '{"status": 5, "reason": "NEED_NOT_FOUND", "field": "activities[1].need_id", "metadata": {"need_id": "n9",
	"fields": "activities[1].need_id"}}', 'an event answers no need that nobody told');
select is(fixture.submit('400009', pg_temp.made('early', 1, '{"activities": [{"activity_id": "x", "need_id": "n9"}]}'), 53, true) -> 'refusal' ->> 'reason',
	'NEED_NOT_FOUND', 'a dry run says so too');
select is(fixture.submit('400009', pg_temp.made('both', 2, '{"activities": [{"activity_id": "x", "need_id": "n9"}], "needs": [{"need_id": "n9"}]}'), 54, true),
	'{"valid": true}', 'the report itself may tell it');
select results_eq($$select coalesce(outcome -> 'receipt' ->> 'number', outcome -> 'refusal' ->> 'reason') from fixture.submit(
	array['400009', '400009', '400009'], array[pg_temp.made('told', 2, '{"needs": [{"need_id": "n9"}]}'), 'early', pg_temp.made('later', 4,
	'{"activities": [{"activity_id": "x", "need_id": "n9"}]}')], array[55, 56, 57])$$,
	$$values ('400009-2016Q2-1'), ('NEED_NOT_FOUND'), ('VERSION_CONFLICT')$$, 'an earlier quarter may, a later one not, even within a batch');
update fixture.report set document = document || '{"action": "REPORT_ACTION_REPLACE", "base_version": 1}' where name = 'later';
select is(fixture.submit('400009', 'later', 58, true), '{"valid": true}', 'so it is known from then on');
select is(fixture.call('400009', 'withdraw_report', jsonb_build_object('request_id', fixture.id(59), 'municipality_code', '400009',
	'period', renkei_api.period_json(2016, 2, 'regular'), 'version', 1, 'reason', 'x')) -> 'summary' ->> 'state', 'REPORT_STATE_WITHDRAWN', 'taken back');
select is(fixture.submit('400009', 'later', 60, true) -> 'refusal' ->> 'reason', 'NEED_NOT_FOUND', 'what is withdrawn told nothing');
select is(fixture.submit('400009', pg_temp.made('same', 1, '{"activities": [{"activity_id": "x", "same_as_municipality_code": "401005",
	"same_as_activity_id": "nobody-knows"}]}'), 61, true), '{"valid": true}', 'the other municipality may report the same event later');
select is(fixture.submit('400009', pg_temp.made('payer', 1, '{"cost_lines": [{"payer": "PAYER_MUNICIPAL", "municipality_code": "011002"}]}'), 62, true)
	-> 'refusal' ->> 'field', 'cost_lines[0].municipality_code', 'a municipality that pays has to be in the registry');
select is(fixture.submit('400009', pg_temp.made('payers', 1, '{"activities": [{"activity_id": "x", "cost_lines": [{}, {"municipality_code": "011002"}]}]}'), 63, true)
	-> 'refusal' ->> 'field', 'activities[0].cost_lines[1].municipality_code', 'for an event too');

-- The single-report function is the same code.
select is(renkei_api.submit_report(fixture.uri('400009'), fixture.spki(fixture.uri('400009')), '00000000-0000-4000-8000-000000000099', 'f', bytes, document,
	'{}', 'k') -> 'receipt' ->> 'number', '400009-2016Q4F-1', 'one report alone') from fixture.report where name = 'forecast';

-- What is stored stays.
select throws_ok($$update renkei.report_version set nil = true$$, 'RK403', null, 'a version is never changed');
select throws_ok($$delete from renkei.request$$, 'RK403', null, 'a request is never forgotten');
select throws_ok($$delete from renkei.activity$$, 'RK403', null, 'nor is content deleted');
select throws_ok($$update renkei.report set state = 'under_review', latest_version = 9 where municipality_code = '281000'$$, 'RK409', null,
	'no report takes a step that there is not');
select * from finish();
rollback;
