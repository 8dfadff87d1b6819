-- Comments on items of a report: made, answered, resolved; kept for the secretariat alone.
begin;
select plan(27);
create function pg_temp.say(p_who text, p_number integer, p_more jsonb) returns text language sql as $$
	select coalesce(r ->> 'reason', concat_ws(' ', r #>> '{answer,comment,number}', r #>> '{answer,comment,state}'))
	from fixture.refused(p_who, 'write_comment', jsonb_build_object('request_id', fixture.id(p_number)) || p_more) r $$;
create function pg_temp.onto(p_code text, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('municipality_code', p_code, 'period', renkei_api.period_json(2016, 3, 'regular'), 'text', '人数の根拠は') || p_more $$;
create function pg_temp.seen(p_who text, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_path_query_array(fixture.call(p_who, 'list_comments', p_more), '$.comments[*].number') $$;
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);

select is(pg_temp.say('ministry', 1, pg_temp.onto('401005')), 'ROLE_NOT_ALLOWED', 'the ministry comments on nothing');
select is(pg_temp.say('400009', 1, pg_temp.onto('401005')), 'REPORT_NOT_FOUND', 'nor does a municipality on another''s report');
select is(pg_temp.say('secretariat', 1, pg_temp.onto('401005', '{"text": "\u3000"}')), 'COMMENT_EMPTY', 'a comment says something');
select is(pg_temp.say('secretariat', 1, pg_temp.onto('401005', jsonb_build_object('text', repeat('あ', 2001)))), 'TEXT_TOO_LONG', 'and not too much');
select is(pg_temp.say('secretariat', 1, pg_temp.onto('401005', '{"field_path": "activities[99].title"}')), 'FIELD_NOT_FOUND', 'on an item that is there');
select is(pg_temp.say('secretariat', 1, pg_temp.onto('401005', '{"validate_only": true}')), '', 'a dry run');
select is(pg_temp.seen('secretariat'), '[]', 'leaves nothing');
select is(pg_temp.say('secretariat', 1, pg_temp.onto('401005', '{"field_path": "activities[0].participants[0].persons"}')), '401005-2016Q3-C1 COMMENT_STATE_OPEN', 'on an item');
select is(pg_temp.say('secretariat', 1, pg_temp.onto('401005', '{"field_path": "activities[0].participants[0].persons"}')), '401005-2016Q3-C1 COMMENT_STATE_OPEN', 'asked twice is one');
select is(pg_temp.say('secretariat', 2, pg_temp.onto('401005', '{"office_only": true, "text": "前回も同じ誤り"}')), '401005-2016Q3-S1 COMMENT_STATE_OPEN', 'one for the office alone is counted apart');
select is(pg_temp.say('401005', 3, pg_temp.onto('401005', '{"office_only": true}')), 'ROLE_NOT_ALLOWED', 'which a municipality has none of');
select is(pg_temp.say('a401005', 3, pg_temp.onto('401005', '{"text": "別件です"}')), '401005-2016Q3-C2 COMMENT_STATE_OPEN', 'a municipality may begin');
select is(pg_temp.seen('401005'), '["401005-2016Q3-C1", "401005-2016Q3-C2"]', 'it sees what it may');
select is(pg_temp.seen('secretariat'), '["401005-2016Q3-C1", "401005-2016Q3-C2", "401005-2016Q3-S1"]', 'the office sees all');
select is(pg_temp.seen('400009', '{"municipality_code": "401005"}'), '[]', 'another municipality nothing');
select is(pg_temp.say('401005', 4, '{"number": "401005-2016Q3-C1", "text": "参加者名簿によります"}'), '401005-2016Q3-C1 COMMENT_STATE_OPEN', 'it answers');
select is(array[pg_temp.say('401005', 5, '{"number": "401005-2016Q3-S1", "text": "x"}'), pg_temp.say('400009', 5, '{"number": "401005-2016Q3-C1", "text": "x"}'),
	pg_temp.say('secretariat', 5, '{"number": "401005-2016Q3-C9", "text": "x"}'), pg_temp.say('secretariat', 5, '{"number": "x", "text": "x"}')],
	array_fill('COMMENT_NOT_FOUND'::text, array[4]), 'what one may not see is not there');
select is(array[pg_temp.say('secretariat', 30, '{"number": "401005-2016Q3-C1", "text": "内緒", "office_only": true}'), pg_temp.say('secretariat', 31, '{"number": "401005-2016Q3-S1", "text": "内緒", "office_only": true}')],
	array['ARGUMENT_INVALID', '401005-2016Q3-S1 COMMENT_STATE_OPEN'], 'an answer for the office alone belongs to a comment for it alone');
select is(pg_temp.say('401005', 6, '{"number": "401005-2016Q3-C1", "state": "COMMENT_STATE_RESOLVED"}'), 'ROLE_NOT_ALLOWED', 'it resolves nothing');
select is(pg_temp.say('secretariat', 6, '{"number": "401005-2016Q3-C1"}'), 'COMMENT_EMPTY', 'an answer says something');
select is(pg_temp.say('secretariat', 7, '{"number": "401005-2016Q3-C1", "state": "COMMENT_STATE_RESOLVED"}'), '401005-2016Q3-C1 COMMENT_STATE_RESOLVED', 'the office resolves it without a word');
select is(pg_temp.seen('401005', '{"open_only": true}'), '["401005-2016Q3-C2"]', 'what is open');
select is(pg_temp.say('secretariat', 8, '{"number": "401005-2016Q3-C1", "state": "COMMENT_STATE_OPEN", "text": "名簿は8名です"}'), '401005-2016Q3-C1 COMMENT_STATE_OPEN', 'and opens it again');
select is(jsonb_path_query_array(fixture.call('401005', 'list_comments', jsonb_build_object('period', renkei_api.period_json(2016, 3, 'regular'))), '$.comments[0].turns[*].principal'),
	jsonb_build_array(fixture.uri('secretariat'), fixture.uri('401005'), fixture.uri('secretariat'), fixture.uri('secretariat')), 'who said what is kept');
select throws_ok('update renkei.review_comment set text = ''x''', 'RK403', null, 'and cannot be changed');
select is(pg_temp.seen('secretariat', jsonb_build_object('period', renkei_api.period_json(2016, 2, 'regular'))), '[]', 'of another quarter there is nothing');
select is(fixture.call('401005', 'get_report', '{"receipt_number": "401005-2016Q3-1"}') #>> '{summary,state}', 'REPORT_STATE_SUBMITTED', 'the report is what it was');
select * from finish();
rollback;
