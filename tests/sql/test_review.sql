-- Review: return, accept, withdraw; history; what was known when.
begin;
select plan(37);
create function pg_temp.q3(p_code text, p_number integer, p_more jsonb) returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', p_code,
		'period', renkei_api.period_json(2016, 3, 'regular'), 'version', 1) || p_more $$;
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
select is(fixture.refused('secretariat', 'return_report', pg_temp.q3('401005', 5, '{"items": [{"reason": "x"}], "due_date": "2016-02-30"}')) ->> 'reason',
	'DUE_DATE_INVALID', 'and a day of the calendar');
create temp table back as select pg_temp.q3('401005', 5,
	'{"items": [{"field_path": "activities[0].participants[0].persons", "reason": "人数の根拠"}, {"reason": "全体"}], "due_date": "2016-07-29"}') as wish;
select is(fixture.refused('secretariat', 'return_report', wish || '{"validate_only": true}') -> 'answer' -> 'summary' ->> 'state',
	'REPORT_STATE_SUBMITTED', 'a dry run changes nothing') from back;
create temp table first as select fixture.call('secretariat', 'return_report', wish) as answer from back;
select is((select answer -> 'summary' ->> 'state' from first), 'REPORT_STATE_RETURNED', 'a report is returned');
select is((select fixture.call('secretariat', 'return_report', wish) from back), (select answer from first), 'the same request gives the same answer');
select is(fixture.refused('secretariat', 'return_report', wish || '{"due_date": "2016-08-01"}') ->> 'reason', 'REQUEST_ID_REUSED',
	'another request with its id is refused') from back;
select is(fixture.refused('secretariat', 'return_report', wish || jsonb_build_object('request_id', fixture.id(6))) ->> 'reason',
	'ACTION_NOT_ALLOWED', 'a returned report is not returned again') from back;
select is(fixture.accept('secretariat', '401005-2016Q3-1', 7) ->> 'reason', 'ACTION_NOT_ALLOWED', 'nor accepted before it came again');
select is(fixture.submit('401005', 'full2', 4) -> 'receipt' ->> 'number', '401005-2016Q3-2', 'it comes again');
select is(fixture.accept('secretariat', '401005-2016Q3-1', 7) ->> 'reason', 'VERSION_CONFLICT', 'the old version is past');
select is(fixture.accept('secretariat', '401005-2016Q3-2', 7) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'the new one is accepted');
select is(fixture.refused('401005', 'withdraw_report', pg_temp.q3('401005', 8, '{"version": 2, "reason": "x"}')) ->> 'reason', 'NOTHING_TO_WITHDRAW',
	'what is accepted is not withdrawn');
select is(fixture.submit('401005', 'full3', 9) -> 'receipt' ->> 'number', '401005-2016Q3-3', 'it is corrected');
create temp table history as select fixture.call('401005', 'list_report_versions', pg_temp.q3('401005', 0, '{}')) as h;
select is((select jsonb_path_query_array(h, '$.transitions[*].state') from history), '["REPORT_STATE_SUBMITTED", "REPORT_STATE_RETURNED",
	"REPORT_STATE_SUBMITTED", "REPORT_STATE_ACCEPTED", "REPORT_STATE_SUBMITTED"]', 'the history has every step, oldest first');
select is((select h -> 'transitions' -> 1 -> 'items' -> 0 ->> 'reason' from history), '人数の根拠', 'with the reasons');
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
select * from finish();
rollback;
