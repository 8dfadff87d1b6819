-- Single items of an accepted report, reopened until a day.
begin;
select plan(43);
create function pg_temp.day(p_days integer) returns text language sql as $$ select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + p_days)::text $$;
create function pg_temp.reopen(p_who text, p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,reopening,number}') from fixture.refused(p_who, 'reopen_report', jsonb_build_object('request_id', fixture.id(p_number),
		'municipality_code', '401005', 'period', renkei_api.period_json(2016, 3, 'regular'), 'version', 2, 'until_date', pg_temp.day(10), 'reason', '金額の確認',
		'items', '[{"field_path": "activities[0].title", "reason": "正式名称"}]'::jsonb) || p_more) r $$;
-- What a correction that changes something of the accepted version, or of another one, is told.
create function pg_temp.misfit(p_path text[], p_value jsonb, p_of integer default null) returns text language sql as $$
	select concat_ws(' ', m ->> 'reason', nullif(m ->> 'field', '')) from renkei.report h join renkei.report_version v on v.municipality_code = h.municipality_code
		and v.fiscal_year = h.fiscal_year and v.quarter = h.quarter and v.variant = h.variant and v.version = coalesce(p_of, h.accepted_version)
	cross join lateral renkei_api.correction_misfit('401005', 2016, 3, 'regular', h.accepted_version_id,
		jsonb_set(renkei.decode_message(v.report, 'renkei.v1.Report'), p_path, p_value) || '{"action": "REPORT_ACTION_CORRECT", "base_version": 1, "change_reason": "x"}') m
	where h.municipality_code = '401005' and h.fiscal_year = 2016 and h.quarter = 3 and h.variant = 'regular' $$;
create function pg_temp.open(p_who text) returns text[] language sql as $$
	select array(select jsonb_array_elements_text(jsonb_path_query_array(fixture.call(p_who, 'list_reopenings', '{"open_only": true}'), '$.reopenings[*].number'))) $$;
-- The day of all that was reopened is over; that of all that was returned.
create function pg_temp.end_them() returns void language sql as $$
	alter table renkei.reopening disable trigger only_added_to;
	update renkei.reopening set until_at = clock_timestamp() - interval '1 second';
	alter table renkei.reopening enable trigger only_added_to $$;
create function pg_temp.end_returns() returns void language sql as $$
	alter table renkei.report_transition disable trigger only_added_to;
	update renkei.report_transition set due_date = pg_temp.day(-1)::date where state = 'returned';
	alter table renkei.report_transition enable trigger only_added_to $$;
create function pg_temp.give_back(p_who text, p_method text, p_number integer, p_more jsonb) returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,summary,state}') from fixture.refused(p_who, p_method, jsonb_build_object('request_id', fixture.id(p_number),
		'municipality_code', '401005', 'period', renkei_api.period_json(2016, 3, 'regular'), 'version', 3, 'due_date', pg_temp.day(5),
		'items', '[{"field_path": "activities[0].title", "reason": "正式名称"}]'::jsonb) || p_more) r $$;
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
select fixture.submit('401005', 'full2', 3);

select is(pg_temp.reopen('401005', 1), 'ROLE_NOT_ALLOWED', 'the secretariat reopens');
select is(pg_temp.reopen('secretariat', 1), 'ACTION_NOT_ALLOWED', 'what is accepted');
select fixture.accept('secretariat', '401005-2016Q3-2', 900);
select is(pg_temp.misfit('{comments}', '"別の文"'), '', 'a report of which nothing was reopened is corrected freely');
select is(pg_temp.reopen('secretariat', 1, '{"version": 1}'), 'VERSION_CONFLICT', 'as it was seen');
select is(array[pg_temp.reopen('secretariat', 1, '{"items": []}'), pg_temp.reopen('secretariat', 1, '{"reason": " "}'), pg_temp.reopen('secretariat', 1, '{"items": [{"field_path": "nil"}]}')],
	array_fill('REASON_REQUIRED'::text, array[3]), 'with items and reasons');
select is(array(select pg_temp.reopen('secretariat', 1, jsonb_build_object('until_date', d)) from unnest(array[pg_temp.day(-1), pg_temp.day(367), '2016-02-30', '']) d),
	array_fill('DUE_DATE_INVALID'::text, array[4]), 'until a day');
select is(pg_temp.reopen('secretariat', 1, '{"items": [{"field_path": "activities[99].title", "reason": "x"}]}'), 'FIELD_NOT_FOUND', 'of items it has');
select is(pg_temp.reopen('secretariat', 1, '{"validate_only": true}'), null, 'a dry run');
select is(pg_temp.open('secretariat'), '{}', 'opens nothing');
select is(array[pg_temp.reopen('secretariat', 1), pg_temp.reopen('secretariat', 1)], array_fill('401005-2016Q3-R1'::text, array[2]), 'reopened, once');
select is(fixture.call('401005', 'get_report', '{"receipt_number": "401005-2016Q3-2"}') #>> '{summary,state}', 'REPORT_STATE_ACCEPTED', 'the report stays accepted');
select is(array[pg_temp.open('401005'), pg_temp.open('a401005')], array[array['401005-2016Q3-R1'], array['401005-2016Q3-R1']], 'its municipality sees it');
select is(pg_temp.open('400009'), '{}', 'another one does not');
select is(fixture.refused('ministry', 'list_reopenings') ->> 'reason', 'ROLE_NOT_ALLOWED', 'nor does the ministry');
select is(pg_temp.misfit('{activities,0,title}', '"正式名称"'), '', 'what is named may be corrected');
select is(pg_temp.misfit('{activities,0,result}', '"別の結果"'), 'CORRECTION_OUTSIDE_REOPENING activities[0].result', 'what is not may not');
select is(pg_temp.misfit('{comments}', '"別の文"'), 'CORRECTION_OUTSIDE_REOPENING comments', 'nowhere in the report');
select is(pg_temp.misfit('{activities,9}', '{"activity_id": "neu"}') ~ '^CORRECTION_OUTSIDE_REOPENING activities\[[0-9]+\]$', true, 'and nothing is added');
select is(fixture.submit('401005', 'full3', 4) #>> '{refusal,reason}', 'CORRECTION_OUTSIDE_REOPENING', 'so a submission is told');
select is(pg_temp.reopen('secretariat', 2, '{"items": [{"field_path": "activities[0].participants[0].persons", "reason": "根拠"}]}'), '401005-2016Q3-R2', 'reopened anew');
select is(array[pg_temp.misfit('{activities,0,participants,0,basis}', '"COUNT_BASIS_ESTIMATED"'), pg_temp.misfit('{activities,0,title}', '"x"')],
	array['', 'CORRECTION_OUTSIDE_REOPENING activities[0].title'], 'the last one holds, and a figure''s line with it');
select is(pg_temp.open('secretariat'), array['401005-2016Q3-R2'], 'which is open');
select pg_temp.end_them();
select is(pg_temp.misfit('{activities,0,participants,0,basis}', '"COUNT_BASIS_ESTIMATED"'), 'REOPENING_ENDED', 'after its day the report is closed');
select is(pg_temp.open('secretariat'), '{}', 'by itself');
select throws_ok('update renkei.reopening set reason = ''x''', 'RK403', null, 'what was reopened stays known');

-- A correction of what was reopened is given back: its items are open until their own day, and what it changed before may stay.
select is(pg_temp.give_back('secretariat', 'return_report', 10, '{"municipality_code": "400009", "version": 1}'), 'REPORT_STATE_RETURNED', 'returned before it was ever accepted');
select is(pg_temp.reopen('secretariat', 11, '{"municipality_code": "400009", "version": 1}'), 'ACTION_NOT_ALLOWED', 'a report is not reopened');
select is(pg_temp.reopen('secretariat', 12, '{"items": [{"reason": "全体"}]}'), '401005-2016Q3-R3', 'an accepted one is, as a whole');
select is(fixture.submit('401005', 'full3', 13) #>> '{receipt,number}', '401005-2016Q3-3', 'and corrected');
select is(pg_temp.reopen('secretariat', 14, '{"version": 3}'), 'ACTION_NOT_ALLOWED', 'a correction that waits for its review is returned or withdrawn first');
select is(pg_temp.give_back('secretariat', 'return_report', 15, '{}'), 'REPORT_STATE_RETURNED', 'it is returned');
select is(pg_temp.misfit('{activities,0,result}', '"別の結果"', 3), '', 'while the reopening lasts, what that names is open, too');
select pg_temp.end_them();
select is(array[pg_temp.misfit('{activities,0,title}', '"正式名称"', 3), pg_temp.misfit('{activities,0,title}', '"正式名称"')], array['', ''],
	'after it what the return names, on what was returned or what was accepted');
select is(pg_temp.misfit('{activities,0,result}', '"別の結果"', 3), 'CORRECTION_OUTSIDE_REOPENING activities[0].result', 'and nothing else');
select is(renkei_api.correction_misfit('401005', 2016, 3, 'regular', h.accepted_version_id, '{}') #>> '{metadata,number}', '401005-2016Q3-3', 'told with the version that was returned')
	from renkei.report h where h.municipality_code = '401005';
select pg_temp.end_returns();
select is(pg_temp.misfit('{activities,0,title}', '"正式名称"', 3), 'REOPENING_ENDED', 'until its day');
select is(renkei_api.correction_misfit('401005', 2016, 3, 'regular', h.accepted_version_id, '{}') #>> '{metadata,until}', pg_temp.day(0), 'the later of the two is told')
	from renkei.report h where h.municipality_code = '401005';
select is(array[pg_temp.reopen('secretariat', 16), pg_temp.reopen('secretariat', 16, '{"version": 3}')], array['VERSION_CONFLICT', '401005-2016Q3-R4'], 'what lies returned is reopened anew, as it was seen');
select is(array[pg_temp.misfit('{activities,0,title}', '"正式名称"'), pg_temp.misfit('{comments}', '"別の文"'), substring(pg_temp.misfit('{activities,0,title}', '"正式名称"', 3) from '^[A-Z_]+')],
	array['', 'CORRECTION_OUTSIDE_REOPENING comments', 'CORRECTION_OUTSIDE_REOPENING'], 'from the accepted version again: the last word holds');
select pg_temp.end_them();
select is(pg_temp.give_back('401005', 'withdraw_report', 17, '{"reason": "取りやめ"}'), 'REPORT_STATE_WITHDRAWN', 'it is withdrawn');
select is(pg_temp.reopen('secretariat', 18, '{"version": 3}'), '401005-2016Q3-R5', 'and reopened all the same');
select is(fixture.call('secretariat', 'list_reopenings', '{"open_only": true}') #>> '{reopenings,0,receipt_number}', '401005-2016Q3-2', 'of the accepted version');
insert into renkei.reopening (municipality_code, fiscal_year, quarter, variant, number, version_id, until_at, reason, reopened_at, principal_uri)
select v.municipality_code, v.fiscal_year, v.quarter, v.variant, n, v.version_id, clock_timestamp() - interval '1 second', 'x', clock_timestamp(), 'x'
from renkei.report_version v cross join generate_series(1, 1001) n where v.municipality_code = '400009';
select is(pg_temp.open('secretariat'), array['401005-2016Q3-R5'], 'what is open is found behind a thousand that are not');
select * from finish();
rollback;
