-- Meetings: what municipalities said there, confirmed by them, for or against statements.
begin;
select plan(28);
create function pg_temp.add(p_who text, p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,meeting,number}') from fixture.refused(p_who, 'add_meeting', jsonb_build_object('request_id', fixture.id(p_number),
		'kind', 'MEETING_KIND_DOMESTIC_MEETING', 'held_on', '2016-11', 'title', '国内関係者会合') || p_more) r $$;
create function pg_temp.record(p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,meeting,hearings,0,state}') from fixture.refused('secretariat', 'record_hearing', jsonb_build_object('request_id', fixture.id(p_number),
		'number', '2016-M1', 'municipality_code', '401005', 'text', '共同研究を続けたい', 'attendants', '環境局2名') || p_more) r $$;
create function pg_temp.seen(p_who text, p_more jsonb default '{"number": "2016-M1"}') returns jsonb language sql as $$
	select coalesce(jsonb_path_query_array(fixture.call(p_who, 'list_meetings', p_more), '$.meetings[*].hearings[*]'), '[]') $$;
create function pg_temp.answer(p_who text, p_number integer, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,meeting,hearings,0,state}') from fixture.refused(p_who, 'answer_hearing', jsonb_build_object('request_id', fixture.id(p_number),
		'number', '2016-M1', 'sha256', coalesce(pg_temp.seen(p_who) -> 0 ->> 'sha256', '')) || p_more) r $$;
create function pg_temp.said(p_as_of timestamptz default null) returns text[] language sql as $$
	select array(select concat_ws(' ', h.tag, h.stance, h.number, h.municipality_code) from renkei_api.hearings_said(p_as_of, 2014, 2016) h where h.confirmed_at is not null order by 1) $$;
select fixture.call('secretariat', 'import_registry', jsonb_build_object('request_id', fixture.id(900), 'registry', jsonb_build_object('evaluation_statements', (select jsonb_agg(jsonb_build_object(
	'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'statement_id', i, 'part', 'EVALUATION_PART_PROGRESS', 'position', n, 'text', '記述', 'rule', '{}'::jsonb))
	from unnest(array['P1', 'P2']) with ordinality as s (i, n)))));

select is(pg_temp.add('401005', 1), 'ROLE_NOT_ALLOWED', 'the secretariat enters meetings');
select is(array[pg_temp.add('secretariat', 1, '{"title": "\u3000"}'), pg_temp.add('secretariat', 1, '{"kind": null}')], array_fill('MEETING_INCOMPLETE'::text, array[2]), 'with all they need');
select is(array(select pg_temp.add('secretariat', 1, jsonb_build_object('held_on', d)) from unnest(array['2016', '2016-13', '2016-11-31', '平成28年', '1999-11']) d),
	array_fill('MEETING_DATE_INVALID'::text, array[5]), 'on a day or in a month');
select is(pg_temp.add('secretariat', 1, '{"validate_only": true}'), '2016-M1', 'a dry run says which it would be');
select is(array[pg_temp.add('secretariat', 1), pg_temp.add('secretariat', 1), pg_temp.add('secretariat', 2, '{"held_on": "2017-01-20"}'), pg_temp.add('secretariat', 3, '{"held_on": "2017-04-01"}')],
	array['2016-M1', '2016-M1', '2016-M2', '2017-M1'], 'numbered by fiscal year, once');
select is(array[pg_temp.record(10, '{"text": ""}'), pg_temp.record(10, '{"number": "2016-M9"}'), pg_temp.record(10, '{"municipality_code": "999999"}'),
	pg_temp.record(10, jsonb_build_object('text', repeat('あ', 10001))), pg_temp.record(10, jsonb_build_object('attendants', repeat('あ', 501)))],
	array['HEARING_EMPTY', 'MEETING_NOT_FOUND', 'MUNICIPALITY_NOT_FOUND', 'TEXT_TOO_LONG', 'TEXT_TOO_LONG'], 'a record is of words, a meeting and a municipality');
select is(array[pg_temp.record(10, '{"tags": [{"statement_id": "P1"}]}'), pg_temp.record(10, '{"tags": [{"statement_id": "X9", "stance": "STANCE_FOR"}]}'),
	pg_temp.record(10, '{"tags": [{"statement_id": "P1", "stance": "STANCE_FOR"}, {"statement_id": "P1", "stance": "STANCE_AGAINST"}]}')],
	array['STANCE_REQUIRED', 'STATEMENT_NOT_FOUND', 'STATEMENT_TWICE'], 'a tag names a statement once, and its side');
select is(pg_temp.record(10, '{"tags": [{"statement_id": "P2", "stance": "STANCE_AGAINST"}, {"statement_id": "P1", "stance": "STANCE_FOR"}]}'), 'HEARING_STATE_RECORDED', 'it waits for the municipality');
select is(pg_temp.record(11, '{"municipality_code": "400009"}'), 'HEARING_STATE_RECORDED', 'as another one does');
select is(array[jsonb_array_length(pg_temp.seen('401005')), jsonb_array_length(pg_temp.seen('130001')), jsonb_array_length(pg_temp.seen('ministry')), jsonb_array_length(pg_temp.seen('401005',
	'{"municipality_code": "400009"}'))], array[1, 0, 0, 0], 'each reads its own words, and others none that is not confirmed');
select is(fixture.refused('analyst', 'list_meetings') ->> 'reason', 'ROLE_NOT_ALLOWED', 'analysts none');
select is(pg_temp.said(), '{}', 'nothing stands for or against yet');
select is(array[pg_temp.answer('secretariat', 20), pg_temp.answer('130001', 20), pg_temp.answer('401005', 20, '{"sha256": "00"}'), pg_temp.answer('401005', 20, '{"object": true}')],
	array['ROLE_NOT_ALLOWED', 'HEARING_NOT_FOUND', 'HEARING_CHANGED', 'REASON_REQUIRED'], 'who spoke confirms what it saw, or says what is wrong');
select is(pg_temp.answer('401005', 20, '{"object": true, "reason": "続けるかは未定です"}'), 'HEARING_STATE_OBJECTED', 'it objects');
select is(pg_temp.said(), '{}', 'what is objected to does not count');
select is(pg_temp.record(12, '{"text": "続けるかは未定", "tags": [{"statement_id": "P1", "stance": "STANCE_FOR"}, {"statement_id": "P2", "stance": "STANCE_AGAINST"}]}'), 'HEARING_STATE_RECORDED', 'worded anew it waits again');
create temp table before as select clock_timestamp() as at;
select is(pg_temp.answer('a401005', 21, '{"validate_only": true}'), null, 'a dry run');
select is(pg_temp.said(), '{}', 'confirms nothing');
select is(array[pg_temp.answer('a401005', 21), pg_temp.answer('a401005', 21)], array_fill('HEARING_STATE_CONFIRMED'::text, array[2]), 'it is confirmed, once');
select is(pg_temp.said(), array['P1 for 2016-M1 401005', 'P2 against 2016-M1 401005'], 'and stands where it is tagged');
select is(pg_temp.said((select at from before)), '{}', 'not before that moment');
select is((select jsonb_path_query_array(renkei_api.evaluation_findings(null, false, 2014, 2016, true), '$[*].hearings[*].stance')), '["STANCE_FOR", "STANCE_AGAINST"]', 'the evaluation names it');
select is(jsonb_array_length(pg_temp.seen('secretariat', '{"unanswered": true}')), 1, 'the other one waits');
select is(jsonb_path_query_array(pg_temp.seen('401005', '{"number": "2016-M1", "history": true}'), '$[*].state'), '["HEARING_STATE_OBJECTED", "HEARING_STATE_CONFIRMED"]', 'what was there before is kept');
select throws_ok('update renkei.meeting_record set text = ''x''', 'RK403', null, 'and cannot be changed');
select is(pg_temp.answer('401005', 22, '{"object": true, "reason": "議事録と違います"}'), 'HEARING_STATE_OBJECTED', 'who confirmed may still object');
select is(pg_temp.said(), '{}', 'and then it stands nowhere');
insert into renkei.meeting (fiscal_year, serial, kind, held_on, title, recorded_at, principal_uri)
select y, n, 'domestic_meeting', y || '-05', 'x', clock_timestamp(), 'x' from generate_series(2018, 2019) y, generate_series(1, 501) n;
select is(jsonb_array_length(pg_temp.seen('secretariat', '{"unanswered": true}')), 1, 'what waits is found behind a thousand later meetings');
select * from finish();
rollback;
