-- Review: return, accept, withdraw; history; what was known when.
begin;
select plan(65);
create function pg_temp.q3(p_code text, p_number integer, p_more jsonb) returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', p_code,
		'period', renkei_api.period_json(2016, 3, 'regular'), 'version', 1) || p_more $$;
create function pg_temp.day(p_days integer) returns text language sql as $$ select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + p_days)::text $$;
select fixture.submit(array['401005', '400009', '281000'], array['full', 'fukuoka', 'kobe'], array[1, 2, 3]);
create temp table moment as select clock_timestamp() as at;
select is(fixture.refused('400009', 'accept_report', pg_temp.q3('400009', 1, '{}')) ->> 'reason', 'ROLE_NOT_ALLOWED', 'a municipality accepts nothing');
select is(fixture.refused('ministry', 'return_report', pg_temp.q3('400009', 1, '{}')) ->> 'reason', 'ROLE_NOT_ALLOWED', 'nor does the ministry return');
select is(fixture.refused('secretariat', 'accept_report', pg_temp.q3('400009', 1, '{"sha256": "00"}')) ->> 'reason', 'DIGEST_MISMATCH',
	'only the digest seen is accepted');
select is(fixture.refused('secretariat', 'accept_report', pg_temp.q3('400009', 1, '{"sha256": "00"}')) ->> 'code', 'RK410', 'which is ABORTED');
select is(fixture.refused('secretariat', 'accept_report', pg_temp.q3('400009', 1, '{"version": 2}')) ->> 'reason', 'VERSION_CONFLICT',
	'only the latest version is accepted');
select is(fixture.refused('secretariat', 'accept_report', pg_temp.q3('130001', 1, '{}')) ->> 'reason', 'REPORT_NOT_FOUND', 'and only what is there');

select is(fixture.refused('secretariat', 'return_report', pg_temp.q3('401005', 5, '{"due_date": "2016-07-29"}')) ->> 'reason', 'REASON_REQUIRED',
	'a return needs a reason');
select is(fixture.refused('secretariat', 'return_report', pg_temp.q3('401005', 5, '{"items": [{"reason": "x"}, {}], "due_date": "2016-07-29"}')) ->> 'field',
	'items[1].reason', 'for every item');
select is(fixture.refused('secretariat', 'return_report', pg_temp.q3('401005', 5, '{"items": [{"reason": "x"}, {"reason": "\u3000\u00a0"}], "due_date": "2016-07-29"}')) ->> 'reason',
	'REASON_REQUIRED', 'and of blanks alone there is none');
select is(fixture.refused('secretariat', 'return_report', pg_temp.q3('401005', 5, '{"items": [{"reason": "x"}], "due_date": "2016-02-30"}')) ->> 'reason',
	'DUE_DATE_INVALID', 'and a day of the calendar');
create temp table back as select pg_temp.q3('401005', 5,
	'{"items": [{"field_path": "activities[0].participants[0].persons", "reason": "人数の根拠"}, {"reason": "全体"}]}'
	|| jsonb_build_object('due_date', pg_temp.day(20))) as wish;
select is(array(select concat_ws(' ', r ->> 'code', r ->> 'reason', r ->> 'field') from unnest(array[null, '', '2016-07-29', pg_temp.day(-1), pg_temp.day(367),
	pg_temp.day(400)]) d cross join lateral fixture.refused('secretariat', 'return_report', wish || jsonb_build_object('due_date', d)) as r),
	array_fill('RK400 DUE_DATE_INVALID due_date'::text, array[6]), 'a due date is today or one of the days that follow') from back;
select is(fixture.refused('secretariat', 'return_report', wish || '{"due_date": "2016-07-29"}') -> 'metadata', jsonb_build_object('due_date', '2016-07-29',
	'first', pg_temp.day(0), 'last', pg_temp.day(366)), 'which the refusal names') from back;
select is(array(select coalesce(r ->> 'reason', r -> 'answer' -> 'summary' ->> 'receipt_number') from unnest(array[pg_temp.day(0), pg_temp.day(366)]) d
	cross join lateral fixture.refused('secretariat', 'return_report', wish || jsonb_build_object('due_date', d, 'validate_only', true)) as r),
	array['401005-2016Q3-1', '401005-2016Q3-1'], 'today and the last one are taken') from back;
create function pg_temp.at(p_wish jsonb, p_path text) returns text language sql as $$
	select coalesce(concat_ws(' ', r ->> 'code', r ->> 'reason', r ->> 'field', r -> 'metadata' ->> 'field_path'), '')
	from (select fixture.refused('secretariat', 'return_report', p_wish || jsonb_build_object('validate_only', true, 'items', jsonb_build_array(
		'{"reason": "x"}'::jsonb, jsonb_build_object('reason', 'x', 'field_path', p_path)))) as r) t $$;
select is(array(select pg_temp.at(wish, p) from unnest(array['activities[0].resultt', 'activities[99].title', 'activities[-1]', 'activities.title', 'nil.x',
	'nil[0]', 'activities[0].title.x', 'report.nil', ' ', '.', 'activities[0]x']) p),
	array(select 'RK400 FIELD_NOT_FOUND items[1].field_path ' || p from unnest(array['activities[0].resultt', 'activities[99].title', 'activities[-1]', 'activities.title',
	'nil.x', 'nil[0]', 'activities[0].title.x', 'report.nil', ' ', '.', 'activities[0]x']) p), 'an item is a field that reports have, at an element of this one') from back;
select is(array(select pg_temp.at(wish, p) from unnest(array['', 'activities', 'activities[0]', 'activities[0].actual_start.year', 'outcomes[0].text', 'comments',
	'activities[0].result']) p), array_fill(''::text, array[7]), 'also an empty one, and none for the report as a whole') from back;
select is(fixture.refused('secretariat', 'return_report', wish || '{"validate_only": true}') -> 'answer' -> 'summary' ->> 'state',
	'REPORT_STATE_SUBMITTED', 'a dry run changes nothing') from back;
create temp table first as select fixture.call('secretariat', 'return_report', wish) as answer from back;
select is((select answer -> 'summary' ->> 'state' from first), 'REPORT_STATE_RETURNED', 'a report is returned');
select is((select fixture.call('secretariat', 'return_report', wish) from back), (select answer from first), 'the same request gives the same answer');
select is(fixture.refused('secretariat', 'return_report', wish || '{"due_date": "2016-08-01"}') ->> 'reason', 'REQUEST_ID_REUSED',
	'another request with its id is refused') from back;
select is(fixture.call('secretariat', 'return_report', wish || jsonb_build_object('request_id', fixture.id(6), 'due_date', pg_temp.day(30),
	'items', '[{"reason": "訂正した理由"}]'::jsonb)) -> 'summary' ->> 'state', 'REPORT_STATE_RETURNED', 'a returned report is returned again with other reasons') from back;
select is(fixture.accept('secretariat', '401005-2016Q3-1', 7) ->> 'reason', 'ACTION_NOT_ALLOWED', 'nor accepted before it came again');
select is(fixture.submit('401005', 'full2', 4) -> 'receipt' ->> 'number', '401005-2016Q3-2', 'it comes again');
select is(fixture.accept('secretariat', '401005-2016Q3-1', 7) ->> 'reason', 'VERSION_CONFLICT', 'the old version is past');
select is(fixture.accept('secretariat', '401005-2016Q3-2', 7) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'the new one is accepted');
select is(fixture.refused('401005', 'withdraw_report', pg_temp.q3('401005', 8, '{"version": 2, "reason": "x"}')) ->> 'reason', 'NOTHING_TO_WITHDRAW',
	'what is accepted is not withdrawn');
select is(fixture.submit('401005', 'full3', 9) -> 'receipt' ->> 'number', '401005-2016Q3-3', 'it is corrected');
create temp table history as select fixture.call('401005', 'list_report_versions', pg_temp.q3('401005', 0, '{}')) as h;
select is((select jsonb_path_query_array(h, '$.transitions[*].state') from history), '["REPORT_STATE_SUBMITTED", "REPORT_STATE_RETURNED",
	"REPORT_STATE_RETURNED", "REPORT_STATE_SUBMITTED", "REPORT_STATE_ACCEPTED", "REPORT_STATE_SUBMITTED"]', 'the history has every step, oldest first');
select is((select jsonb_path_query_array(h, '$.transitions[*].items[*].reason') from history), '["人数の根拠", "全体", "訂正した理由"]', 'with the reasons, first and last');
select is((select jsonb_path_query_array(h, '$.transitions[*].due_date') from history), jsonb_build_array(pg_temp.day(20), pg_temp.day(30)), 'and the due dates');
select is((select jsonb_path_query_array(h, '$.versions[*].state') from history),
	'["REPORT_STATE_SUBMITTED", "REPORT_STATE_ACCEPTED", "REPORT_STATE_RETURNED"]', 'every version has its own state, newest first');
select is((select h -> 'versions' -> 2 ->> 'superseded_by' from history), '2', 'and says what came after it');
select is(fixture.call('401005', 'get_report', pg_temp.q3('401005', 0, '{"version": 2}')) ->> 'report_bytes',
	(select translate(encode(bytes, 'base64'), E'\n', '') from fixture.report where name = 'full2'), 'an old version is read back exactly');
select is(fixture.call('401005', 'withdraw_report', pg_temp.q3('401005', 10, '{"version": 3, "reason": "誤り"}')) -> 'summary' ->> 'state',
	'REPORT_STATE_WITHDRAWN', 'a correction can be withdrawn');
select is(fixture.call('401005', 'withdraw_report', pg_temp.q3('401005', 10, '{"version": 3, "reason": "誤り"}')) -> 'summary' ->> 'state',
	'REPORT_STATE_WITHDRAWN', 'again is the same answer');
select is((select accepted_version from renkei.report where municipality_code = '401005'), 2::smallint, 'and the accepted version still counts');
select is(fixture.refused('400009', 'withdraw_report', pg_temp.q3('401005', 11, '{"version": 3, "reason": "x"}')), fixture.refused('400009',
	'withdraw_report', pg_temp.q3('401005', 11, '{"version": 3, "reason": "x"}')), 'the same question gets the same answer');
select is(fixture.refused('400009', 'withdraw_report', pg_temp.q3('401005', 11, '{"reason": "x"}')) ->> 'reason', 'REPORT_NOT_FOUND',
	'nobody withdraws what is another''s');
select is(fixture.call('400009', 'withdraw_report', pg_temp.q3('400009', 12, '{"reason": "取下げ"}')) -> 'summary' ->> 'state', 'REPORT_STATE_WITHDRAWN',
	'a submitted report can be withdrawn');

-- As known at a past moment.
select is(fixture.call('secretariat', 'get_platform_status', jsonb_build_object('first_fiscal_year', 2016, 'last_fiscal_year', 2016, 'as_of', at))
	-> 'coverage' ->> 'reported', '3', 'the status can be asked as it was known: three reported') from moment;
select is(fixture.call('secretariat', 'get_platform_status', jsonb_build_object('first_fiscal_year', 2016, 'last_fiscal_year', 2016))
	-> 'coverage' ->> 'reported', '2', 'now one is withdrawn');
select is(fixture.call('secretariat', 'aggregate_activities', jsonb_build_object('measures', '["MEASURE_REPORTS"]'::jsonb, 'as_of', at))
	-> 'total' -> 'values' -> 0 ->> 'value', null, 'then nothing was accepted, so nothing is known') from moment;
select is(fixture.call('secretariat', 'aggregate_activities', jsonb_build_object('measures', '["MEASURE_REPORTS"]'::jsonb))
	-> 'total' -> 'values' -> 0 ->> 'value', '1', 'now one is');

-- Pages show the moment of the first.
create temp table page as select fixture.call('secretariat', 'list_reports', '{"page_size": 2}') as p;
select fixture.accept('secretariat', '281000-2016Q3-1', 13);
select is((select jsonb_path_query_array(p -> 'reports' || (fixture.call('secretariat', 'list_reports', jsonb_build_object('page_size', 2,
	'page_token', p ->> 'next_page_token')) -> 'reports'), '$[*].state') from page),
	'["REPORT_STATE_SUBMITTED", "REPORT_STATE_WITHDRAWN", "REPORT_STATE_WITHDRAWN"]', 'a later page does not know what happened since');
select is(array(select fixture.refused('secretariat', 'list_reports', jsonb_build_object('page_token', t)) ->> 'reason'
	from unnest(array['x', 'bm8=', '////', 'W10=']) t), array['PAGE_TOKEN_INVALID', 'PAGE_TOKEN_INVALID', 'PAGE_TOKEN_INVALID', 'PAGE_TOKEN_INVALID'],
	'a made-up token is refused');

-- Under review.
select fixture.submit('110001', 'nil', 20);
create temp table start as select pg_temp.q3('110001', 20, '{}') as wish;
select is(fixture.refused('110001', 'start_review', wish) ->> 'reason', 'ROLE_NOT_ALLOWED', 'a municipality starts no review') from start;
select is(fixture.refused('secretariat', 'start_review', wish || '{"version": 2}') ->> 'reason', 'VERSION_CONFLICT', 'the version seen is reviewed') from start;
select is(fixture.call('secretariat', 'start_review', wish || '{"validate_only": true}') -> 'summary' ->> 'state', 'REPORT_STATE_SUBMITTED',
	'a dry run starts nothing') from start;
create temp table started as select fixture.call('secretariat', 'start_review', wish) as answer from start;
select is((select answer -> 'summary' ->> 'state' from started), 'REPORT_STATE_UNDER_REVIEW', 'a submitted report is looked at');
select is((select fixture.call('secretariat', 'start_review', wish) from start), (select answer from started), 'the same request gives the same answer');
select is(fixture.refused('secretariat', 'accept_report', wish) ->> 'reason', 'REQUEST_ID_REUSED', 'its id is no other call''s') from start;
select is(fixture.refused('secretariat', 'start_review', wish || jsonb_build_object('request_id', fixture.id(21))) ->> 'reason', 'ACTION_NOT_ALLOWED',
	'it is not started twice') from start;
insert into fixture.report select 'nil2', bytes, document || '{"action": "REPORT_ACTION_REPLACE", "base_version": 1}' from fixture.report where name = 'nil';
select is((fixture.submit('110001', 'nil2', 21) -> 'refusal') - 'message' - 'field', '{"status": 9, "reason": "REPORT_UNDER_REVIEW",
	"metadata": {"period": "2016Q3", "municipality_code": "110001"}}', 'meanwhile no version follows');
select is(fixture.call('110001', 'withdraw_report', pg_temp.q3('110001', 22, '{"reason": "x"}')) -> 'summary' ->> 'state', 'REPORT_STATE_WITHDRAWN',
	'but it can be withdrawn');
select is(fixture.refused('secretariat', 'start_review', wish || jsonb_build_object('request_id', fixture.id(23))) ->> 'reason', 'ACTION_NOT_ALLOWED',
	'and is not looked at then') from start;
select is(fixture.submit('110001', 'nil2', 24) -> 'receipt' ->> 'number', '110001-2016Q3-2', 'and sent again');
select is(fixture.call('secretariat', 'start_review', wish || jsonb_build_object('request_id', fixture.id(25), 'version', 2)) -> 'summary' ->> 'state',
	'REPORT_STATE_UNDER_REVIEW', 'looked at again') from start;
select is(fixture.call('secretariat', 'get_platform_status', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}') @? '$.**.state ? (@ like_regex "UNDER_REVIEW")',
	true, 'which the status shows');
select is(fixture.refused('secretariat', 'return_report', pg_temp.q3('110001', 26, jsonb_build_object('version', 2, 'items', '[{"reason": "x"}]'::jsonb,
	'due_date', (current_date + 30)::text))) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_RETURNED', 'it is returned');
insert into fixture.report select 'nil3', bytes, document || '{"base_version": 2}' from fixture.report where name = 'nil2';
select is(fixture.submit('110001', 'nil3', 27) -> 'receipt' ->> 'number', '110001-2016Q3-3', 'sent once more');
select is(fixture.call('secretariat', 'start_review', wish || jsonb_build_object('request_id', fixture.id(28), 'version', 3)) -> 'summary' ->> 'state',
	'REPORT_STATE_UNDER_REVIEW', 'looked at') from start;
select is(fixture.accept('secretariat', '110001-2016Q3-3', 29) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'and accepted');

-- What the secretariat asked stays.
select throws_ok($$delete from renkei.office_request$$, 'RK403', null, 'a request of the secretariat is never forgotten');
select throws_ok($$truncate renkei.office_request$$, 'RK403', null, 'not all at once either');
select throws_ok($$update renkei.office_request set answer = '{}'$$, 'RK403', null, 'nor is its answer changed');
select lives_ok($$update renkei.office_request set replays = replays + 1$$, 'only how often it came again is counted');
select * from finish();
rollback;
