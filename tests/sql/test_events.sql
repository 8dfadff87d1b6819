-- Events that several municipalities report: hints, links, keeping apart, figures that disagree; every word a row.
begin;
select plan(57);
insert into fixture.report select 'twin', bytes, jsonb_set(jsonb_set(jsonb_set(document #- '{activities,0,same_as_municipality_code}' #- '{activities,0,same_as_activity_id}',
	'{activities,0,participants}', '[{"side": "SIDE_CN", "persons": 50, "basis": "COUNT_BASIS_ESTIMATE"}, {"side": "SIDE_CN", "persons": 500, "basis": "COUNT_BASIS_CAPACITY"}]'),
	'{activities,0,title}', '"都市間連携協力セミナー（共催）"'), '{activities,0,activity_id}', '"sem2"')
from fixture.report where name = 'fukuoka';
select fixture.submit(array['401005', '400009', '281000'], array['full', 'twin', 'kobe'], array[1, 2, 3]);
create function pg_temp.ask(p jsonb) returns jsonb language sql as $$ select fixture.call('secretariat', 'aggregate_activities', p) $$;
create function pg_temp.total(p_measure text, p jsonb default '{}') returns text language sql as $$
	select coalesce(v ->> 'value', '-') from (select pg_temp.ask(jsonb_build_object('measures', jsonb_build_array('MEASURE_' || p_measure)) || p) -> 'total' -> 'values' -> 0 as v) t $$;
create function pg_temp.hints(p jsonb default '{}') returns jsonb language sql as $$
	select jsonb_agg(jsonb_build_array(h -> 'record' ->> 'activity_id', h -> 'other' ->> 'activity_id', h -> 'reasons'))
	from jsonb_array_elements(fixture.call('secretariat', 'list_duplicate_hints', p) -> 'pairs') h $$;
create function pg_temp.word(p_number integer, p_word text, p_more jsonb default '{}') returns jsonb language sql as $$
	select fixture.refused('secretariat', 'decide_event', jsonb_build_object('request_id', fixture.id(p_number), 'word', 'EVENT_WORD_' || p_word, 'reason', '同じ日の同じ催し',
		'record', '{"municipality_code": "401005", "activity_id": "seminar.2016-10"}'::jsonb, 'other', '{"municipality_code": "400009", "activity_id": "sem2"}'::jsonb) || p_more) $$;
create function pg_temp.choose(p_number integer, p_code text, p_activity text, p_more jsonb default '{}') returns jsonb language sql as $$
	select fixture.refused('secretariat', 'choose_figure', jsonb_build_object('request_id', fixture.id(p_number), 'figure', 'MEASURE_PERSONS', 'reason', '名簿による',
		'record', jsonb_build_object('municipality_code', p_code, 'activity_id', p_activity)) || p_more) $$;

select is(pg_temp.hints(), null, 'what is not accepted is no hint');
select is(pg_temp.hints('{"include_submitted": true}') #> '{0,0}', '"sem2"', 'but for who asks for it');
select count(fixture.accept('secretariat', n, 10 + i::int)) from unnest(array['401005-2016Q3-1', '400009-2016Q3-1', '281000-2016Q3-1']) with ordinality t (n, i);
select is(pg_temp.hints(), '[["sem2", "seminar.2016-10", ["HINT_REASON_SAME_PARTNER", "HINT_REASON_DATES_MEET", "HINT_REASON_NAMES_THE_OTHER", "HINT_REASON_SIMILAR_TITLE",
	"HINT_REASON_SAME_KIND"]], ["k1", "tianjin-2016", ["HINT_REASON_SAME_PARTNER", "HINT_REASON_DATES_MEET", "HINT_REASON_NAMES_THE_OTHER"]]]', 'two records of one event are a hint, with its reasons; so are two that meet in another city');
select is(pg_temp.hints('{"first_fiscal_year": 2015, "last_fiscal_year": 2015}'), null, 'in its year');
select is(pg_temp.total('EVENTS'), '4', 'counted as two');
select is(pg_temp.total('PERSONS'), '105', 'with all their people, seats never');
select is(pg_temp.ask('{"measures": ["MEASURE_PARTICIPATIONS", "MEASURE_JOINT_EVENTS"]}') -> 'total' -> 'values', '[{"measure": "MEASURE_PARTICIPATIONS", "value": 7, "events_counted": 4, "events_unknown": 0},
	{"measure": "MEASURE_JOINT_EVENTS", "value": 3, "events_counted": 4, "events_unknown": 0}]', 'each municipality in each');

-- Linked.
select is(pg_temp.word(20, 'LINKED', '{"reason": ""}') ->> 'reason', 'REASON_REQUIRED', 'a word has a reason');
select is(pg_temp.word(20, 'LINKED', '{"reason": "\u3000"}') ->> 'reason', 'REASON_REQUIRED', 'that can be read');
select is(pg_temp.word(20, 'UNSPECIFIED') ->> 'reason', 'ENUM_REQUIRED', 'and says something');
select is(pg_temp.word(20, 'LINKED', '{"other": {"municipality_code": "400009", "activity_id": "none"}}') - 'message',
	'{"code": "RK404", "reason": "ACTIVITY_NOT_FOUND", "field": "other", "metadata": {"activity": "400009/none"}}', 'of two that are there');
select is(pg_temp.word(20, 'LINKED', '{"other": {"municipality_code": "401005", "activity_id": "seminar.2016-10"}}') ->> 'reason', 'EVENT_WITH_ITSELF', 'and are two');
select is(pg_temp.word(20, 'OPEN') ->> 'reason', 'EVENT_SAID_ALREADY', 'nothing was said, so nothing is taken back');
select is(pg_temp.word(20, 'LINKED', '{"validate_only": true}') -> 'answer' ->> 'one_event', 'false', 'a rehearsal changes nothing');
select is((select count(*) from renkei.event_decision), 0::bigint, 'and keeps nothing');
create temp table before as select clock_timestamp() as at;
select is(pg_temp.word(20, 'LINKED') -> 'answer' ->> 'one_event', 'true', 'linked they are one event');
select is(pg_temp.word(20, 'LINKED'), pg_temp.word(20, 'LINKED'), 'the same request has the same answer');
select is(pg_temp.word(20, 'APART') ->> 'reason', 'REQUEST_ID_REUSED', 'another with its id has none');
select is(pg_temp.word(21, 'LINKED') ->> 'reason', 'EVENT_SAID_ALREADY', 'what holds is not said twice');
select is(pg_temp.word(21, 'LINKED', '{"record": {"municipality_code": "400009", "activity_id": "sem2"}, "other": {"municipality_code": "401005", "activity_id": "seminar.2016-10"}}') ->> 'reason',
	'EVENT_SAID_ALREADY', 'whichever is named first');
select is(pg_temp.total('EVENTS'), '3', 'the event counts once');
select is(pg_temp.total('ACTIVITIES'), '5', 'as often as it was held');
select is(pg_temp.total('PERSONS'), '55', 'its people once: by the host''s record');
select is(pg_temp.total('PARTICIPATIONS'), '5', 'and for each municipality once');
select is(jsonb_array_length(pg_temp.hints()), 1, 'it is no hint any more');
select is((select jsonb_build_array(h -> 'one_event', h -> 'decisions' -> 0 -> 'word', h -> 'decisions' -> 0 -> 'decided_by', h -> 'decisions' -> 0 -> 'reason')
	from jsonb_array_elements(fixture.call('secretariat', 'list_duplicate_hints', '{"decided": true}') -> 'pairs') h),
	'[true, "EVENT_WORD_LINKED", "renkei://test.renkei/secretariat/one", "同じ日の同じ催し"]', 'but a pair of which something was said: who, why');
select is((select pg_temp.total('EVENTS', jsonb_build_object('as_of', at)) from before), '4', 'before it was said they were two, and still are in an answer of then');
select is(pg_temp.ask('{"measures": ["MEASURE_EVENTS", "MEASURE_PERSONS"], "group_by": ["DIMENSION_MUNICIPALITY"]}') -> 'rows_sum' -> 'values' -> 0 ->> 'value', '5',
	'rows by municipality add up to more than the total, and say to what');
select is(array(select pg_temp.ask(jsonb_build_object('measures', '["MEASURE_EVENTS"]'::jsonb, 'group_by', jsonb_build_array('DIMENSION_' || d))) #>> '{rows,0,basis}'
	from unnest(array['MUNICIPALITY', 'KIND', 'EVENT']) d), array['ROW_BASIS_PARTICIPATION', 'ROW_BASIS_PART', 'ROW_BASIS_EVENT'], 'a row says of what it is the total');
select is(pg_temp.ask('{"measures": ["MEASURE_EVENTS"], "group_by": ["DIMENSION_KIND"]}') -> 'rows_sum', null, 'where each event has one row there is no other sum');
select is(pg_temp.ask('{"measures": ["MEASURE_PERSONS"], "group_by": ["DIMENSION_EVENT"], "where": [{"dimension": "DIMENSION_EVENT", "values": ["400009/sem2"]}]}') #>> '{rows,0,values,0,value}',
	'49', 'an event can be asked for by name, the first of its records');

-- Figures that disagree.
select is((select jsonb_build_array(e -> 'event', f -> 'disagrees', f -> 'figures' -> 0 -> 'value', f -> 'figures' -> 0 -> 'counts', f -> 'figures' -> 1 -> 'value', f -> 'figures' -> 1 -> 'counts')
	from jsonb_array_elements(fixture.call('secretariat', 'list_joint_events') -> 'events') e cross join lateral jsonb_array_elements(e -> 'figures') f
	where f ->> 'figure' = 'MEASURE_PERSONS'), '["400009/sem2", true, 49, true, 50, false]', 'figures that disagree stand side by side, with whose they are and which counts');
select is(pg_temp.choose(30, '400009', 'sem2', '{"figure": "MEASURE_PERSON_DAYS"}') ->> 'reason', 'FIGURE_NOT_GIVEN', 'a figure that is not there cannot be chosen');
select is(pg_temp.choose(30, '400009', 'sem2', '{"figure": "MEASURE_TRAINEES"}') ->> 'reason', 'ENUM_REQUIRED', 'nor one that is none of the event''s');
select is(pg_temp.choose(30, '400009', 'sem2', '{"take_back": true}') ->> 'reason', 'FIGURE_SAID_ALREADY', 'nor one taken back that was not chosen');
create temp table chosen as select clock_timestamp() as at;
select is(jsonb_path_query_first(pg_temp.choose(30, '400009', 'sem2') -> 'answer', '$.event.figures[*] ? (@.figure == "MEASURE_PERSONS").figures[1].counts'), 'true', 'chosen, the other figure counts');
select is(pg_temp.total('PERSONS'), '56', 'in totals');
select is(pg_temp.total('PERSON_TIMES'), '83', 'but in this figure alone');
select is((select pg_temp.total('PERSONS', jsonb_build_object('as_of', at)) from chosen), '55', 'and not in an answer of before');
select is(jsonb_path_query_first(pg_temp.choose(31, '400009', 'sem2', '{"take_back": true}') -> 'answer', '$.event.figures[*] ? (@.figure == "MEASURE_PERSONS").choices[*].chosen'), 'false',
	'the choice is taken back by a further row');
select is(pg_temp.total('PERSONS'), '55', 'and counts no more');
select is((select count(*) from renkei.figure_choice), 2::bigint, 'both are kept');

-- Kept apart, and as before.
select is(pg_temp.word(22, 'APART') -> 'answer' ->> 'one_event', 'false', 'kept apart they are two');
select is(pg_temp.total('EVENTS'), '4', 'in totals too');
select is(pg_temp.word(23, 'OPEN') -> 'answer' ->> 'one_event', 'false', 'taken back, reports decide');
select is(jsonb_array_length(pg_temp.hints()), 1, 'a pair that was looked at comes back as no hint');
select is((select array_agg(decision::text order by entry) from renkei.event_decision), array['linked', 'apart', 'open'], 'every word is kept');
select throws_ok('update renkei.event_decision set reason = ''x''', 'RK403', null, 'and cannot be changed');
select throws_ok('delete from renkei.figure_choice', 'RK403', null, 'nor taken away');
-- A report that says so itself.
insert into fixture.report select 'says', bytes, document || '{"action": "REPORT_ACTION_CORRECT", "base_version": 1, "change_reason": "同一の催し"}' from fixture.report where name = 'fukuoka';
select fixture.submit('400009', 'says', 6);
select fixture.accept('secretariat', '400009-2016Q3-2', 40);
select is(pg_temp.total('EVENTS'), '3', 'one event by the word of a report');
select pg_temp.word(24, 'APART', '{"other": {"municipality_code": "400009", "activity_id": "sem1"}}');
select is(pg_temp.total('EVENTS'), '4', 'which the secretariat''s word goes before');
-- What was held and what is planned are not one.
select is(pg_temp.word(25, 'LINKED', '{"other": {"municipality_code": "401005", "activity_id": "plan-2017"}}') ->> 'reason', 'EVENT_STATUS_DIFFERS', 'planned and held are not one event');
select is(array(select fixture.refused(w, m, '{}') ->> 'reason' from unnest(array['401005', 'ministry', 'analyst', 'operator']) w,
	unnest(array['list_duplicate_hints', 'decide_event', 'list_joint_events', 'choose_figure']) m group by 1), array['ROLE_NOT_ALLOWED'], 'all this is the secretariat''s');
select is((select count(*) from renkei_api.event_links(null)), 1::bigint, 'of each pair one word holds');
-- what hangs together
select is(renkei_api.joined_numbers(array[2, 5, 4, 7], array[1, 6, 5, 7]), array[1, 1, 3, 4, 4, 4, 7], 'what is joined to one thing is joined, by its least number');
select is(renkei_api.joined_numbers(null, null), '{}', 'and nothing is joined to nothing');
create temp table pair as select (1 + random() * 199)::integer as one, (1 + random() * 199)::integer as other from generate_series(1, 150);
create temp table reached as with recursive r (one, other) as (select p.one, p.one from pair p union select p.other, p.other from pair p
	union select r.one, l.other from r join (select one, other from pair union select other, one from pair) l on l.one = r.other) select one, min(other) as least from r group by one;
select is((select count(*) from reached r join unnest((select renkei_api.joined_numbers(array_agg(one), array_agg(other)) from pair)) with ordinality as l (least, number)
	on l.number = r.one where l.least = r.least), (select count(*) from reached), 'whatever the order of the words');
select * from finish();
rollback;
