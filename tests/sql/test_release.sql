-- The approver's release (決裁): nothing counts before it, and who prepared it does not release.
begin;
select plan(123);
create function pg_temp.status(p_who text, p_code text, p_quarter integer, p jsonb default '{}') returns jsonb language sql as $$
	select r -> 'cells' -> (p_quarter - 1) from jsonb_array_elements(fixture.call(p_who, 'get_platform_status',
		'{"first_fiscal_year": 2016, "last_fiscal_year": 2016}' || p) -> 'rows') r where r ->> 'municipality_code' = p_code $$;
create function pg_temp.coverage(p jsonb default '{}') returns jsonb language sql as $$
	select fixture.call('secretariat', 'get_platform_status', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}' || p) -> 'coverage' $$;
create function pg_temp.counted(p_submitted boolean, p_as_of timestamptz default null) returns text language sql as $$
	select string_agg(v ->> 'value', ' ' order by place) from jsonb_array_elements(fixture.call('secretariat', 'aggregate_activities', jsonb_strip_nulls(jsonb_build_object('measures',
		'["MEASURE_ACTIVITIES", "MEASURE_REPORTS", "MEASURE_OUTCOMES"]'::jsonb, 'include_submitted', p_submitted, 'as_of', renkei.time_json(p_as_of)))) -> 'total' -> 'values')
		with ordinality as v (v, place) $$;
create function pg_temp.rows_of_table(p_submitted boolean) returns text language sql as $$
	select string_agg(o ->> 'receipt_number', ' ' order by o ->> 'receipt_number') from jsonb_path_query(fixture.call('secretariat', 'get_outcome_table',
		jsonb_build_object('first_fiscal_year', 2016, 'last_fiscal_year', 2016, 'include_submitted', p_submitted)), '$.rows[*].outcomes[*]') o $$;
create function pg_temp.q3(p_code text, p_number integer, p_more jsonb) returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', p_code,
		'period', renkei_api.period_json(2016, 3, 'regular'), 'version', 1) || p_more $$;
create function pg_temp.why(p jsonb) returns text language sql as $$ select coalesce(p ->> 'reason', p -> 'answer' -> 'summary' ->> 'state', p -> 'refusal' ->> 'reason',
	p -> 'receipt' ->> 'timeliness', 'done') $$;
create function pg_temp.enter(p_name text, p_number integer, p_for text) returns text language sql as $$
	select coalesce(e #>> '{refusal,reason}', e #>> '{receipt,number}') from fixture.report r cross join lateral renkei_api.submit_report(fixture.uri('secretariat'),
		fixture.spki(fixture.uri('secretariat')), fixture.id(p_number), 'f', r.bytes, r.document, '{"rule_set_hash": "abcd", "findings": []}', '0123456789abcdef', p_for) e
	where r.name = p_name $$;
create function pg_temp.take_back(p_code text, p_quarter integer, p_version integer, p_number integer) returns text language sql as $$
	select pg_temp.why(fixture.refused(p_code, 'withdraw_report', pg_temp.q3(p_code, p_number, jsonb_build_object('reason', '取りやめ', 'version', p_version,
		'period', renkei_api.period_json(2016, p_quarter, 'regular'))))) $$;
-- What a summary says of the versions that there are.
create function pg_temp.numbers(p_who text, p_code text, p_method text default 'list_reports') returns jsonb language sql as $$
	select jsonb_build_array(r -> 'version', r -> 'latest_version', r -> 'superseded_by', r -> 'state') from fixture.call(p_who, p_method,
		pg_temp.q3(p_code, 0, '{"version": 0, "fiscal_year": 2016, "quarter": "QUARTER_Q3"}')) a cross join lateral (
		select coalesce(a #> '{reports,0}', a -> 'summary')) as s (r) $$;
-- Another version of a report, on the base named.
create function pg_temp.follow(p_of text, p_name text, p_base integer, p_action text) returns void language sql as $$
	insert into fixture.report select p_name, bytes, document || jsonb_build_object('base_version', p_base, 'action', 'REPORT_ACTION_' || p_action)
		|| case p_action when 'CORRECT' then '{"change_reason": "人数の訂正"}' else '{}'::jsonb end from fixture.report where name = p_of $$;

-- the setting
select is(fixture.call('401005', 'get_municipality', '{"municipality_code": "401005"}') -> 'municipality' -> 'release_required', 'false', 'no release is required as a default');
select is(pg_temp.why(fixture.require_release('401005', true, 900)), 'done', 'the secretariat sets it');
select is(fixture.call('401005', 'get_municipality', '{"municipality_code": "401005"}') #> '{municipality,release_required}', 'true', 'and everybody reads it');
select is((select array[s ->> 'release_required', s ->> 'principal'] from jsonb_array_elements(fixture.call('a401005', 'get_municipality',
	'{"municipality_code": "401005"}') -> 'release_settings') s), array['true', 'renkei://test.renkei/secretariat/one'], 'with who set it');
select is(fixture.call('400009', 'get_municipality', '{"municipality_code": "401005"}') -> 'release_settings', '[]', 'which is told to no other municipality');
select is(pg_temp.why(fixture.refused('secretariat', 'import_registry', jsonb_build_object('request_id', fixture.id(901), 'registry', jsonb_build_object('municipalities',
	jsonb_build_array(fixture.call('secretariat', 'get_municipality', '{"municipality_code": "401005"}') #- '{municipality,release_required}' -> 'municipality'))))), 'done',
	'a file that does not say it is taken');
select is(fixture.call('401005', 'get_municipality', '{"municipality_code": "401005"}') #> '{municipality,release_required}', 'true', 'and leaves it as it is');
select is(jsonb_array_length(fixture.call('secretariat', 'get_municipality', '{"municipality_code": "401005"}') -> 'release_settings'), 1, 'only a change is history');
select throws_ok($$update renkei.release_setting set release_required = false$$, 'RK403', null, 'which is only added to');

-- prepared
create temp table moment as select clock_timestamp() as before;
create temp table prepared as select fixture.submit('401005', 'full', 1) as outcome;
select is((select outcome #>> '{receipt,timeliness}' from prepared), 'TIMELINESS_AWAITING_RELEASE', 'the receipt says that it awaits release');
select is((select outcome #> '{receipt,late_seconds}' from prepared), '0', 'and nothing of being late');
select is(fixture.submit('400009', 'fukuoka', 2) #>> '{receipt,timeliness}', 'TIMELINESS_LATE', 'in one batch or not, another municipality submits as ever');
select is((select array_agg(outcome #>> '{receipt,timeliness}' order by item) from fixture.submit(array['110001', '401005'], array['nil', 'full2'], array[3, 4], true)),
	array[null, null]::text[], 'a dry run of both stores nothing');
select is(fixture.submit('401005', 'full', 1) - 'replayed', (select outcome - 'replayed' from prepared), 'the same request gives the same receipt');
select is(pg_temp.status('secretariat', '401005', 3) - 'days_late', '{"state": "CELL_STATE_MISSING", "nil": false, "preparation": "REPORT_STATE_AWAITING_RELEASE"}',
	'in the matrix it is missing, and awaits release apart');
select is(pg_temp.status('401005', '401005', 3) ->> 'preparation', 'REPORT_STATE_AWAITING_RELEASE', 'the municipality sees it too');
select is(pg_temp.status(who, '401005', 3) ->> 'preparation', null, who || ' does not') from unnest(array['ministry', 'analyst', 'operator']) who;
select is(pg_temp.status('secretariat', '401005', 3, jsonb_build_object('as_of', renkei.time_json(before))) ->> 'preparation', null, 'nor did anybody before') from moment;
select is(pg_temp.coverage() - 'missing' - 'expected', '{"reported": 1, "nil": 0, "not_due": 0, "late": 1, "returned": 0, "accepted": 0}', 'the sums know one report: the other municipality''s');
select is_empty('select * from renkei_api.check_rollup()', 'and equal those counted anew');
select is(pg_temp.counted(true), '1 1 1', 'totals with what is submitted know one, too');
select is(pg_temp.rows_of_table(true), '400009-2016Q3-1', 'and the outcome table');
select is(array(select r ->> 'receipt_number' || ' ' || (r ->> 'state') from jsonb_array_elements(fixture.call(who, 'list_reports') -> 'reports') r), tells, who || ' lists so')
from (values ('401005', array['401005-2016Q3-1 REPORT_STATE_AWAITING_RELEASE']), ('a401005', array['401005-2016Q3-1 REPORT_STATE_AWAITING_RELEASE']),
	('secretariat', array['400009-2016Q3-1 REPORT_STATE_SUBMITTED']), ('ministry', array['400009-2016Q3-1 REPORT_STATE_SUBMITTED']), ('a400009', array['400009-2016Q3-1 REPORT_STATE_SUBMITTED'])) t (who, tells);
select is(jsonb_array_length(fixture.call('401005', 'list_reports', '{"states": ["REPORT_STATE_AWAITING_RELEASE"]}') -> 'reports'), 1, 'by its state');
select is(fixture.call('a401005', 'get_report', '{"receipt_number": "401005-2016Q3-1"}') ->> 'report_bytes',
	(select translate(encode(bytes, 'base64'), E'\n', '') from fixture.report where name = 'full'), 'the approver reads it');
-- The request names a version that is not there, or one that is: what is answered is the same.
select is(fixture.refused(who, method, pg_temp.q3('401005', 10, wish)) - 'metadata', fixture.refused(who, method, pg_temp.q3('130001', 11, wish)) - 'metadata',
	format('to %s it is not there: %s', who, method))
from unnest(array['secretariat', 'secretariat', 'secretariat', 'secretariat', 'secretariat', 'ministry', 'a400009', 'a400009', 'a400009', '400009'],
	array['get_report', 'list_report_versions', 'start_review', 'accept_report', 'return_report', 'get_report', 'get_report', 'release_report', 'send_back_report', 'release_report']) as t (who, method)
cross join lateral (select jsonb_build_object('sha256', encode(sha256(''), 'hex'), 'reason', 'x', 'items', '[{"reason": "x"}]'::jsonb,
	'due_date', (clock_timestamp() at time zone 'Asia/Tokyo')::date)) as w (wish);
select is(fixture.refused('secretariat', 'get_receipt', '{"number": "401005-2016Q3-1"}') - 'metadata', fixture.refused('secretariat', 'get_receipt', '{"number": "130001-2016Q3-1"}') - 'metadata',
	'nor its receipt');

-- released, and not by who prepared it
select is(pg_temp.why(fixture.approve('401005', 'release_report', '401005-2016Q3-1', 20)), 'RELEASE_BY_PREPARER', 'who prepared it does not release it');
select is(fixture.approve('401005', 'release_report', '401005-2016Q3-1', 20) ->> 'code', 'RK403', 'which is PERMISSION_DENIED');
select is(pg_temp.why(fixture.approve('401005', 'send_back_report', '401005-2016Q3-1', 20)), 'ROLE_NOT_ALLOWED', 'nor sends it back');
select is(pg_temp.why(fixture.approve('secretariat', 'release_report', '401005-2016Q3-1', 20)), 'ROLE_NOT_ALLOWED', 'nor does the secretariat release');
select is(pg_temp.why(fixture.approve('a401005', 'release_report', '401005-2016Q3-1', 20, '{"version": 2}')), 'VERSION_CONFLICT', 'only the version seen is released');
select is(pg_temp.why(fixture.approve('a401005', 'release_report', '401005-2016Q3-1', 20, '{"sha256": "00"}')), 'DIGEST_MISMATCH', 'and the content seen');
select is(pg_temp.why(fixture.approve('a401005', 'release_report', '401005-2016Q3-1', 20, '{"validate_only": true}')), 'REPORT_STATE_AWAITING_RELEASE', 'a dry run changes nothing');
select is(pg_temp.why(fixture.refused('a401005', 'withdraw_report', pg_temp.q3('401005', 20, '{"reason": "x"}'))), 'ROLE_NOT_ALLOWED', 'an approver withdraws nothing');
select is((select outcome #>> '{refusal,reason}' from fixture.submit(array['a401005'], array['full2'], array[20])), 'ROLE_NOT_ALLOWED', 'and submits nothing');

select is(pg_temp.why(fixture.approve('a401005', 'send_back_report', '401005-2016Q3-1', 21, '{"reason": ""}')), 'REASON_REQUIRED', 'sent back with a reason');
select is(pg_temp.why(fixture.approve('a401005', 'send_back_report', '401005-2016Q3-1', 21, '{"reason": " \u3000\u200b"}')), 'REASON_REQUIRED', 'and blanks are none');
select is(pg_temp.why(fixture.approve('a401005', 'send_back_report', '401005-2016Q3-1', 21)), 'REPORT_STATE_SENT_BACK', 'it is sent back');
select is(pg_temp.why(fixture.approve('a401005', 'send_back_report', '401005-2016Q3-1', 21)), 'REPORT_STATE_SENT_BACK', 'the same request has the same answer');
select is(pg_temp.why(fixture.approve('a401005', 'send_back_report', '401005-2016Q3-1', 21, '{"reason": "y"}')), 'REQUEST_ID_REUSED', 'another with its id none');
select is(pg_temp.why(fixture.approve('a401005', 'release_report', '401005-2016Q3-1', 22)), 'NOTHING_TO_RELEASE', 'what is sent back is not released');
select is(pg_temp.status('secretariat', '401005', 3) ->> 'preparation', 'REPORT_STATE_SENT_BACK', 'and shows as such');
select is(fixture.submit('401005', 'full2', 5) #>> '{receipt,timeliness}', 'TIMELINESS_AWAITING_RELEASE', 'the officer replaces it');
select is(fixture.submit('401005', 'full2', 6) #>> '{refusal,reason}', 'VERSION_CONFLICT', 'on the version before alone');
create temp table released as select fixture.approve('a401005', 'release_report', '401005-2016Q3-2', 23) as said;
select is((select said #>> '{answer,summary,state}' from released), 'REPORT_STATE_SUBMITTED', 'it is released');
select is((select array[said #>> '{answer,receipt,timeliness}', said #>> '{answer,receipt,released_at}', said #>> '{answer,receipt,late_seconds}'] from released),
	(select array['TIMELINESS_LATE', renkei.time_json(r.released_at), ceil(extract(epoch from date_trunc('second', r.released_at) - r.due_at))::text] from renkei.report_release r),
	'and late by the moment of the release');
select is((fixture.approve('a401005', 'release_report', '401005-2016Q3-2', 23)), (select said from released), 'a lost answer is the same receipt');
select is(fixture.call(who, 'get_receipt', '{"number": "401005-2016Q3-2"}') -> 'receipt', (select said #> '{answer,receipt}' from released), who || ' gets it again')
from unnest(array['401005', 'a401005', 'secretariat']) who;
select is(fixture.submit('401005', 'full2', 5) #>> '{receipt,timeliness}', 'TIMELINESS_AWAITING_RELEASE', 'the request that prepared it has its first receipt for ever');
select is(pg_temp.why(fixture.approve('a401005', 'release_report', '401005-2016Q3-2', 24)), 'NOTHING_TO_RELEASE', 'it is released once');
select is(pg_temp.status('secretariat', '401005', 3) - 'days_late' - 'received_at', '{"state": "CELL_STATE_SUBMITTED", "nil": false, "version": 2, "timeliness": "TIMELINESS_LATE",
	"activity_count": 5}', 'now it is submitted');
select is(pg_temp.status('secretariat', '401005', 3) ->> 'received_at', (select said #>> '{answer,receipt,released_at}' from released), 'at that moment');
select is(pg_temp.coverage() ->> 'reported', '2', 'counted');
select is_empty('select * from renkei_api.check_rollup()', 'the sums equal those counted anew');
select is(pg_temp.rows_of_table(true), '400009-2016Q3-1 401005-2016Q3-2 401005-2016Q3-2', 'and in the outcome table');
select is(jsonb_path_query_array(fixture.call(who, 'list_report_versions', pg_temp.q3('401005', 0, '{}')), '$.transitions[*].state'), states::jsonb, who || ' reads that history')
from (values ('secretariat', '["REPORT_STATE_SUBMITTED"]'), ('401005', '["REPORT_STATE_AWAITING_RELEASE", "REPORT_STATE_SENT_BACK", "REPORT_STATE_AWAITING_RELEASE", "REPORT_STATE_SUBMITTED"]')) t (who, states);
select is(jsonb_path_query_array(fixture.call('secretariat', 'list_report_versions', pg_temp.q3('401005', 0, '{}')), '$.versions[*].version'), '[2]',
	'to others the version that never left is not there');
select is(jsonb_path_query_array(fixture.call('401005', 'list_report_versions', pg_temp.q3('401005', 0, '{}')), '$.versions[*].superseded_by'), '[2]', 'to the house it was superseded');
select is(pg_temp.why(fixture.refused('secretariat', 'get_receipt', '{"number": "401005-2016Q3-1"}')), 'RECEIPT_NOT_FOUND', 'nor its receipt');

-- what was submitted before goes on counting
select is(fixture.accept('secretariat', '401005-2016Q3-2', 30) #>> '{answer,summary,state}', 'REPORT_STATE_ACCEPTED', 'the secretariat accepts it');
select is(fixture.submit('401005', 'full3', 31) #>> '{receipt,timeliness}', 'TIMELINESS_AWAITING_RELEASE', 'a correction awaits release');
select is(pg_temp.counted(false), '2 1 3', 'and the accepted version counts');
select is(pg_temp.status('secretariat', '401005', 3) - 'days_late' - 'received_at', '{"state": "CELL_STATE_ACCEPTED", "nil": false, "version": 2, "timeliness": "TIMELINESS_LATE",
	"activity_count": 5, "preparation": "REPORT_STATE_AWAITING_RELEASE"}', 'as the matrix says');
select pg_temp.follow('full3', 'full4', 3, 'REPLACE'), pg_temp.follow('full3', 'full4c', 3, 'CORRECT');
select is(fixture.submit('401005', 'full4', 32) #>> '{refusal,reason}', 'ACTION_NOT_ALLOWED', 'over an accepted report it stays a correction');
select is(fixture.submit('401005', 'full4c', 32) #>> '{receipt,number}', '401005-2016Q3-4', 'and is replaced by one');
select is(pg_temp.why(fixture.refused('401005', 'withdraw_report', pg_temp.q3('401005', 33, '{"version": 4, "reason": "取りやめ"}'))), 'REPORT_STATE_WITHDRAWN', 'the preparer withdraws it');
select is(pg_temp.status('401005', '401005', 3) ->> 'preparation', null, 'then nothing waits');
select is(fixture.call('401005', 'get_report', pg_temp.q3('401005', 0, '{"version": 0}')) #>> '{summary,state}', 'REPORT_STATE_ACCEPTED', 'the latest is the accepted one');
select is(fixture.call('401005', 'get_report', pg_temp.q3('401005', 0, '{"version": 0}')) #>> '{summary,latest_version}', '4', 'and numbers go on');
select pg_temp.follow('full3', 'full5', 4, 'CORRECT');
select is(fixture.submit('401005', 'full5', 34) #>> '{receipt,number}', '401005-2016Q3-5', 'behind the withdrawn one');

-- what came in between
select fixture.require_release('400009', true, 902);
select pg_temp.follow('fukuoka', 'fukuoka2', 1, 'REPLACE');
select is(fixture.submit('400009', 'fukuoka2', 40) #>> '{receipt,timeliness}', 'TIMELINESS_AWAITING_RELEASE', 'a replacement is prepared');
select fixture.call('secretariat', 'start_review', pg_temp.q3('400009', 41, '{}'));
select is(pg_temp.why(fixture.approve('a400009', 'release_report', '400009-2016Q3-2', 42)), 'RELEASE_UNDER_REVIEW', 'while the secretariat looks at the version before');
select fixture.accept('secretariat', '400009-2016Q3-1', 43);
select is(pg_temp.why(fixture.approve('a400009', 'release_report', '400009-2016Q3-2', 42)), 'RELEASE_NEEDS_CORRECTION', 'or has accepted it, it is not released');
-- without the setting again
select fixture.require_release('401005', false, 903);
select pg_temp.follow('full3', 'full6', 5, 'CORRECT');
select is(fixture.submit('401005', 'full6', 50) #>> '{receipt,timeliness}', 'TIMELINESS_LATE', 'when none is required any more, a version submitted goes at once');
select is(pg_temp.why(fixture.approve('a401005', 'release_report', '401005-2016Q3-5', 51)), 'VERSION_CONFLICT', 'and the one that waited is past');
select is(pg_temp.status('401005', '401005', 3) ->> 'preparation', null, 'nothing waits');
select is(jsonb_array_length(fixture.call('ministry', 'get_municipality', '{"municipality_code": "401005"}') -> 'release_settings'), 2, 'both changes are history');

-- What the secretariat enters meets what a municipality prepares and does not show.
select is(fixture.submit('281000', 'kobe', 60) #>> '{receipt,number}', '281000-2016Q3-1', 'one version is there');
select fixture.require_release('281000', true, 904);
select pg_temp.follow('kobe', 'kobe2', 1, 'REPLACE'), pg_temp.follow('kobe', 'kobe3', 2, 'REPLACE'), pg_temp.follow('kobe', 'kobe4', 3, 'REPLACE');
select is(fixture.submit('281000', 'kobe2', 61) #>> '{receipt,number}', '281000-2016Q3-2', 'the next is prepared');
select is(pg_temp.numbers(who, '281000', method), numbers::jsonb, format('%s of %s tells so what the next is based on', method, who))
from (values ('secretariat', '[1, 2, null, "REPORT_STATE_SUBMITTED"]'), ('ministry', '[1, 1, null, "REPORT_STATE_SUBMITTED"]'),
	('a281000', '[2, 2, null, "REPORT_STATE_AWAITING_RELEASE"]')) t (who, numbers) cross join unnest(array['list_reports', 'get_report']) method;
select is(pg_temp.enter('kobe2', 62, '281000'), 'VERSION_PREPARED', 'what is prepared is not written over by who based it on less');
select is(pg_temp.enter('kobe3', 63, '281000'), '281000-2016Q3-3', 'but by who was told its number');
select is(pg_temp.take_back('281000', 3, 3, 64), 'REPORT_STATE_WITHDRAWN', 'what never left can be withdrawn');
select is(pg_temp.enter('kobe2', 65, '281000'), '281000-2016Q3-4', 'and then the base is what left the house, too: the number goes on');
select is(fixture.submit('281000', 'kobe4', 66) #>> '{refusal,reason}', 'VERSION_CONFLICT', 'of two that go on from there the later one is told');
select is(fixture.submit('281000', 'kobe_q2', 67) #>> '{receipt,number}', '281000-2016Q2-1', 'the first version of another report');
select is(pg_temp.enter('kobe_q2', 68, '281000'), 'VERSION_PREPARED', 'while it is in the house no other is the first');
select is(pg_temp.take_back('281000', 2, 1, 69), 'REPORT_STATE_WITHDRAWN', 'withdrawn');
select is(pg_temp.enter('kobe_q2', 70, '281000'), '281000-2016Q2-2', 'it is in nobody''s way: a new report is one, with the next number');
select is(pg_temp.enter('kobe_q2', 71, '281000'), 'VERSION_PREPARED', 'once');
select is(pg_temp.why(fixture.approve('a281000', 'release_report', '281000-2016Q2-2', 72)), 'REPORT_STATE_SUBMITTED', 'it is released as any');
select is((select array[v.base_version, v.version] from renkei.report_version v where v.receipt_number = '281000-2016Q2-2'), array[0, 2]::smallint[], 'and says what it is based on');

-- The walls behind the functions.
select set_config('renkei.tenant', '*', true);
select throws_ok($$update renkei.report r set latest_version = v.version, latest_version_id = v.version_id, state = 'submitted' from renkei.report_version v
	where v.receipt_number = '400009-2016Q3-2' and r.municipality_code = v.municipality_code and r.fiscal_year = v.fiscal_year and r.quarter = v.quarter and r.variant = v.variant$$,
	'RK409', null, 'no function''s mistake lets a version through that awaits its release');
select throws_ok($$update renkei.preparation set state = 'awaiting_release' where municipality_code = '401005'$$, 'RK409', null, 'nor takes a step back');
select throws_ok(format('delete from renkei.%I', t), 'RK403', null, t || ' is kept') from unnest(array['preparation', 'preparation_step', 'report_release']) t;
select is_empty('select * from renkei_api.check_rollup()', 'the sums equal those counted anew');
-- The versions themselves say another base than their bytes here.
select is_empty($$select * from renkei_api.rebuild_projection() where (missing > 0 or surplus > 0) and "table" <> 'report_version'$$, 'and the rows follow from the bytes');
select * from finish();
rollback;
