-- Single items of an accepted report, reopened until a day.
begin;
select plan(25);
create function pg_temp.day(p_days integer) returns text language sql as $$ select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + p_days)::text $$;
create function pg_temp.reopen(p_who text, p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,reopening,number}') from fixture.refused(p_who, 'reopen_report', jsonb_build_object('request_id', fixture.id(p_number),
		'municipality_code', '401005', 'period', renkei_api.period_json(2016, 3, 'regular'), 'version', 2, 'until_date', pg_temp.day(10), 'reason', '金額の確認',
		'items', '[{"field_path": "activities[0].title", "reason": "正式名称"}]'::jsonb) || p_more) r $$;
-- What a correction that changes something of the accepted version is told.
create function pg_temp.misfit(p_path text[], p_value jsonb) returns text language sql as $$
	select concat_ws(' ', m ->> 'reason', nullif(m ->> 'field', '')) from renkei.report h join renkei.report_version v on v.municipality_code = h.municipality_code and v.version_id = h.accepted_version_id
	cross join lateral renkei_api.correction_misfit('401005', 2016, 3, 'regular', h.accepted_version_id,
		jsonb_set(renkei.decode_message(v.report, 'renkei.v1.Report'), p_path, p_value) || '{"action": "REPORT_ACTION_CORRECT", "base_version": 1, "change_reason": "x"}') m
	where h.municipality_code = '401005' and h.fiscal_year = 2016 and h.quarter = 3 and h.variant = 'regular' $$;
create function pg_temp.open(p_who text) returns text[] language sql as $$
	select array(select jsonb_array_elements_text(jsonb_path_query_array(fixture.call(p_who, 'list_reopenings', '{"open_only": true}'), '$.reopenings[*].number'))) $$;
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
alter table renkei.reopening disable trigger only_added_to;
update renkei.reopening set until_at = clock_timestamp() - interval '1 second';
alter table renkei.reopening enable trigger only_added_to;
select is(pg_temp.misfit('{activities,0,participants,0,basis}', '"COUNT_BASIS_ESTIMATED"'), 'REOPENING_ENDED', 'after its day the report is closed');
select is(pg_temp.open('secretariat'), '{}', 'by itself');
select throws_ok('update renkei.reopening set reason = ''x''', 'RK403', null, 'what was reopened stays known');
select * from finish();
rollback;
