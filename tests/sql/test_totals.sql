-- Totals: by event, by municipality and platform-wide are three different numbers.
begin;
select plan(102);
select fixture.submit(array['401005', '400009', '110001', '281000'], array['full', 'fukuoka', 'nil', 'kobe'], array[1, 2, 3, 4]);
create function pg_temp.ask(p jsonb, p_who text default 'secretariat') returns jsonb language sql as $$ select fixture.call(p_who, 'aggregate_activities', p) $$;
create function pg_temp.total(p_measure text, p jsonb default '{}') returns text language sql as $$
	select concat_ws('/', coalesce(v ->> 'value', '-'), v ->> 'events_counted', v ->> 'events_unknown')
	from (select pg_temp.ask(jsonb_build_object('measures', jsonb_build_array('MEASURE_' || p_measure)) || p) -> 'total' -> 'values' -> 0 as v) t $$;
create function pg_temp.rows(p_measure text, p_dimension text, p jsonb default '{}') returns jsonb language sql as $$
	select jsonb_object_agg(r -> 'keys' ->> 0, r -> 'values' -> 0 -> 'value')
	from jsonb_array_elements(pg_temp.ask(jsonb_build_object('measures', jsonb_build_array('MEASURE_' || p_measure),
		'group_by', jsonb_build_array('DIMENSION_' || p_dimension)) || p) -> 'rows') r $$;

select is(pg_temp.total('ACTIVITIES'), '-/0/0', 'without an accepted report nothing is known, which is not zero');
select is(pg_temp.total('ACTIVITIES', '{"include_submitted": true}'), '5/3/0', 'submitted versions count when asked for');
select is((select count(fixture.accept('secretariat', n, i::int)) from unnest(array['401005-2016Q3-1', '400009-2016Q3-1', '110001-2016Q3-1',
	'281000-2016Q3-1']) with ordinality t (n, i)), 4::bigint, 'all are accepted');
select is(pg_temp.total('ACTIVITIES'), '5/3/0', 'the joint seminar once, the training once, a record of three visits three times; planned, continued and related-only never');
select is(pg_temp.rows('ACTIVITIES', 'MUNICIPALITY'), '{"110001": 0, "130001": null, "141305": null, "281000": 4, "400009": 1, "401005": 2, "442011": null}',
	'by municipality each counts what it took part in, 0 where reports say nothing else, and nothing where there are none');
select is(pg_temp.rows('ACTIVITIES', 'PREFECTURE'), '{"11": 0, "13": null, "14": null, "28": 4, "40": 2, "44": null}', 'by prefecture an event of two municipalities of one counts once');
select is(pg_temp.total('ACTIVITIES', '{"where": [{"dimension": "DIMENSION_PREFECTURE", "values": ["福岡県"]}]}'), '2/2/0', 'and it can be asked for by its name');
select is((select r -> 'coverage' ->> 'accepted' || ' ' || (r -> 'labels_ja' ->> 0) from jsonb_array_elements(pg_temp.ask('{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_PREFECTURE"]}') -> 'rows') r
	where r -> 'keys' ->> 0 = '40'), '2 福岡県', 'with the reports of its municipalities behind it');
select is(array(select pg_temp.ask(jsonb_build_object('measures', '["MEASURE_COST_LINES"]'::jsonb, 'group_by', jsonb_build_array('DIMENSION_' || d))) #>> '{rows_sum,values,0,value}'
	from unnest(array['MUNICIPALITY', 'PREFECTURE']) d), array['8', '5'], 'costs of a joint event stand in the row of each municipality, and once in their prefecture''s');
select is(pg_temp.total('PERSONS'), '55/2/1', 'persons: joint event once, seats never, one event unknown');
select is(pg_temp.total('PERSON_TIMES'), '83/3/0', 'person-times are their own number');
select is(pg_temp.total('PERSON_DAYS'), '84/1/2', 'person-days too');
select is(pg_temp.total('TRAINEES'), '6/1/0', 'trainees are Chinese participants of training in Japan');
select is(pg_temp.total('REPORTS'), '4/4/0', 'reports, a nil report among them');
select is(pg_temp.total('OUTCOMES'), '5/5/0', 'outcomes');
select is(pg_temp.rows('ACTIVITIES', 'KIND'), '{"study_visit": 3, "seminar_in_japan": 1, "training_in_japan": 1}', 'by kind');
select is(pg_temp.rows('ACTIVITIES', 'THEME'), '{"": 3, "voc": 1, "pm25": 1, "monitoring": 1}', 'by theme: an event stands in each of its themes, and where none was given');
select is(pg_temp.rows('ACTIVITIES', 'PARTNER'), '{"120000": 4, "210200": 1, "310000": 1}', 'by partner');
select is(pg_temp.rows('PERSONS', 'SIDE'), '{"cn": 55, "jp": 0}', 'by side: none on the Japanese side is known to be none');
select is(pg_temp.rows('ACTIVITIES', 'STATUS'), '{"held": 5, "planned": 1, "continued": 1}', 'asked by status, the others show');
select is(pg_temp.rows('ACTIVITIES', 'SCOPE'), '{"part": 1, "whole": 4}', 'related-only is not even a row');
select is(pg_temp.total('ACTIVITIES', '{"where": [{"dimension": "DIMENSION_SCOPE", "values": ["related_only"]}]}'), '0/0/0', 'nor counted on demand');
select is(pg_temp.rows('ACTIVITIES', 'MUNICIPALITY', '{"where": [{"dimension": "DIMENSION_MUNICIPALITY", "values": ["400009"]}]}'), '{"400009": 1}',
	'a filter by municipality leaves its row alone');
select is(pg_temp.total('ACTIVITIES', '{"where": [{"dimension": "DIMENSION_PARTNER", "values": ["120000", "310000"]}, {"dimension": "DIMENSION_KIND", "values": ["study_visit"]}]}'),
	'3/1/0', 'any value of a filter, and all filters');
select is(pg_temp.total('ACTIVITIES', '{"first_fiscal_year": 2017}'), '-/0/0', 'of years without reports nothing is known');
select is(pg_temp.rows('ACTIVITIES', 'QUARTER'), '{"q1": null, "q2": null, "q3": 5, "q4": null}', 'the quarter is that of the start');
select is(jsonb_path_query_array(pg_temp.ask('{"measures": ["MEASURE_ACTIVITIES"], "list_records": true}'), '$.total.records[*].activity_id'),
	'["k1", "seminar.2016-10", "tianjin-2016"]', 'behind the number stand its records, an event once, by the host''s words');
create temp table listed as select pg_temp.ask('{"measures": ["MEASURE_PERSONS", "MEASURE_TRAINEES", "MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_SIDE"],
	"list_records": true}') as answer;
select is(answer -> 'total' -> 'records' -> 1 -> 'values' -> 0, '{"measure": "MEASURE_PERSONS", "value": 49, "events_counted": 1, "events_unknown": 0}',
	'each with what it adds, in the order of the measures') from listed;
select is(answer -> 'total' -> 'records' -> 2 -> 'values' -> 1 ->> 'value', '6', 'of each measure that it has a number for') from listed;
select is(answer -> 'total' -> 'records' -> 0 -> 'values' -> 0 ->> 'events_unknown', '1', 'an unknown number is said to be one') from listed;
select ok((select bool_and((r -> 'values' -> m - 1 ->> 'value')::bigint is not distinct from (select sum((v ->> 'value')::bigint)
	from jsonb_path_query(r, '$.records[*].values[*]') v where v ->> 'measure' = r -> 'values' -> m - 1 ->> 'measure'))
	from listed cross join lateral jsonb_array_elements(answer -> 'rows' || (answer -> 'total')) r cross join generate_series(1, 3) m
	where (r -> 'values' -> m - 1 ->> 'value')::bigint > 0), 'and they add up to the number they stand behind');
select is(array(select jsonb_object_keys(answer -> 'definition') from listed order by 1), array['en', 'ja', 'zh'], 'what was counted is said in three languages');
select is(jsonb_path_query_first(pg_temp.ask('{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_FISCAL_YEAR", "DIMENSION_MUNICIPALITY"]}'),
	'$.rows[*] ? (@.keys[0] == "2016" && @.keys[1] == "401005").labels_ja'), '["2016年度", "北九州市"]', 'keys have Japanese labels');
select is(pg_temp.rows('ACTIVITIES', 'MUNICIPALITY', '{"where": [{"dimension": "DIMENSION_PARTNER", "values": ["310000"]}]}'),
	'{"110001": 0, "130001": null, "141305": null, "281000": 0, "400009": 1, "401005": 1, "442011": null}', 'filtered by something else, each of whom reports are expected has its row');
select is((select jsonb_object_agg(r -> 'keys' ->> 0, format('%s/%s', r -> 'coverage' ->> 'accepted', r -> 'coverage' ->> 'expected')) from jsonb_array_elements(pg_temp.ask('{"measures": ["MEASURE_TRAINEES"],
	"group_by": ["DIMENSION_MUNICIPALITY"], "where": [{"dimension": "DIMENSION_THEME", "values": ["voc"]}]}') -> 'rows') r), (select jsonb_object_agg(r -> 'keys' ->> 0, format('%s/%s', r -> 'coverage' ->> 'accepted',
	r -> 'coverage' ->> 'expected')) from jsonb_array_elements(pg_temp.ask('{"measures": ["MEASURE_TRAINEES"], "group_by": ["DIMENSION_MUNICIPALITY"]}') -> 'rows') r), 'with the coverage it has without a filter');
select is(pg_temp.rows('ACTIVITIES', 'QUARTER', '{"where": [{"dimension": "DIMENSION_THEME", "values": ["voc"]}, {"dimension": "DIMENSION_MUNICIPALITY", "values": ["281000"]}]}'),
	'{"q1": null, "q2": null, "q3": 0, "q4": null}', 'and nothing of it is 0 where a report is, and nothing where there is none');
select is(pg_temp.ask('{"measures": ["MEASURE_ACTIVITIES"], "first_fiscal_year": 2016, "last_fiscal_year": 2016}') -> 'total' -> 'coverage',
	'{"expected": 28, "reported": 3, "nil": 1, "missing": 24, "not_due": 0, "late": 4, "returned": 0, "accepted": 4}',
	'a total never stands alone: expected = reported + nil + missing + not due');
select is(fixture.refused('secretariat', 'aggregate_activities', '{}') ->> 'reason', 'MEASURE_REQUIRED', 'a measure is needed');
select is(fixture.refused('secretariat', 'aggregate_activities', '{"measures": ["MEASURE_REPORTS"], "group_by": ["DIMENSION_THEME"]}') ->> 'reason',
	'DIMENSION_INVALID', 'reports have no theme');
select is(fixture.refused('operator', 'aggregate_activities', '{"measures": ["MEASURE_REPORTS"]}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'an operator sees no content');
select is(pg_temp.ask('{"measures": ["MEASURE_ACTIVITIES"]}', '281000') -> 'total' -> 'values' -> 0 ->> 'value', '3', 'a municipality counts over its own reports');

-- Filters name what there is.
create function pg_temp.filter(p_dimension text, p_value text) returns jsonb language sql as $$
	select jsonb_build_object('measures', '["MEASURE_ACTIVITIES"]'::jsonb, 'where', jsonb_build_array(jsonb_build_object(
		'dimension', 'DIMENSION_' || p_dimension, 'values', jsonb_build_array(p_value)))) $$;
create function pg_temp.refused(p_dimension text, p_value text) returns text language sql as $$
	select concat_ws(' ', r ->> 'code', r ->> 'reason', r -> 'metadata' ->> 'dimension', r -> 'metadata' ->> 'value', r -> 'metadata' ->> 'nearest', r ->> 'field')
	from (select fixture.refused('secretariat', 'aggregate_activities', pg_temp.filter(p_dimension, p_value)) as r) t $$;
select is(array(select pg_temp.ask(pg_temp.filter(d, v)) -> 'total' -> 'values' -> 0 ->> 'value' from (values ('PARTNER', '天津市'), ('KIND', '訪日研修'),
	('KIND', 'TRAINING_IN_JAPAN'), ('KIND', 'ACTIVITY_KIND_TRAINING_IN_JAPAN'), ('KIND', 'training in japan'), ('KIND', '访日研修'), ('MUNICIPALITY', '北九州市'),
	('THEME', 'PM2.5'), ('FISCAL_YEAR', '2016年度'), ('QUARTER', 'Q3'), ('STATUS', '実施'), ('THEME', '')) as f (d, v)),
	array['4', '1', '1', '1', '1', '1', '2', '1', '5', '5', '5', '3'], 'a value has a name in three languages, in any case; the empty one is what nobody gave');
select is(array(select pg_temp.refused(d, v) from (values ('PARTNER', 'abcdef'), ('PARTNER', '12000'), ('PARTNER', '天津'), ('MUNICIPALITY', '北九州'), ('MUNICIPALITY', '310001'),
	('KIND', 'x'), ('KIND', 'trainig_in_japan'), ('THEME', 'pm255'), ('FISCAL_YEAR', '1999'), ('FISCAL_YEAR', ''), ('QUARTER', 'q5'), ('SIDE', 'jpn'), ('SCOPE', 'related')) as f (d, v)),
	array['RK400 FILTER_INVALID partner abcdef where[0].values[0]', 'RK400 FILTER_INVALID partner 12000 120000 where[0].values[0]',
	'RK400 FILTER_INVALID partner 天津 120000 where[0].values[0]', 'RK400 FILTER_INVALID municipality 北九州 401005 where[0].values[0]',
	'RK400 FILTER_INVALID municipality 310001 110001 where[0].values[0]',
	'RK400 FILTER_INVALID kind x where[0].values[0]', 'RK400 FILTER_INVALID kind trainig_in_japan training_in_japan where[0].values[0]',
	'RK400 FILTER_INVALID theme pm255 pm25 where[0].values[0]', 'RK400 FILTER_INVALID fiscal_year 1999 where[0].values[0]',
	'RK400 FILTER_INVALID fiscal_year  where[0].values[0]', 'RK400 FILTER_INVALID quarter q5 where[0].values[0]',
	'RK400 FILTER_INVALID side jpn jp where[0].values[0]', 'RK400 FILTER_INVALID scope related related_only where[0].values[0]'],
	'a value that is not there is refused, with the nearest one, never counted as 0');
select is(array(select pg_temp.ask(pg_temp.filter(d, v)) -> 'total' -> 'values' -> 0 ->> 'value' from (values ('CITY', '北九州市'), ('IMPLEMENTING_BODY', 'ｉｇｅｓ'), ('VARIANT', '実績'),
	('CURRENCY', 'jpy'), ('DISCLOSURE', '公開')) as f (d, v)), array['1', '1', '5', '1', '1'], 'places and bodies as they are written, currencies by their codes');
-- Words that reports write freely: none is told to whom may not read it, neither as a key nor by what is refused.
create function pg_temp.words(p_who text, p_dimension text) returns text[] language sql as $$
	select array(select r -> 'keys' ->> 0 from jsonb_array_elements(fixture.call(p_who, 'aggregate_activities', jsonb_build_object('measures', '["MEASURE_ACTIVITIES"]'::jsonb,
		'group_by', jsonb_build_array('DIMENSION_' || p_dimension))) -> 'rows') r where r -> 'keys' ->> 0 in ('北九州市', 'IGES', '草案市', '草案財団') order by 1) $$;
create function pg_temp.named(p_who text, p_dimension text, p_value text) returns text language sql as $$
	select coalesce(fixture.call(p_who, 'aggregate_activities', pg_temp.filter(p_dimension, p_value)) -> 'total' -> 'values' -> 0 ->> 'value', '-') $$;
select is(array[pg_temp.words('analyst', 'CITY'), pg_temp.words('ministry', 'IMPLEMENTING_BODY')], array[array['北九州市'], array['IGES']], 'what is disclosed is a key to all');
savepoint words;
set local session_replication_role = replica;
update renkei.activity set disclosure = 'secretariat' where city = '北九州市' or activity_id in (select activity_id from renkei.activity_body where body = 'IGES');
-- A version that was not accepted: a draft of the house, or a withdrawn one.
update renkei.activity a set city = '草案市' where not exists (select from renkei.counted_activity c where (c.municipality_code, c.version_id) = (a.municipality_code, a.version_id));
set local session_replication_role = origin;
select is(array[pg_temp.words(w, 'CITY'), pg_temp.words(w, 'IMPLEMENTING_BODY')], array[array[]::text[], array[]::text[]], 'of what is for the secretariat alone there is no key to others: ' || w)
from unnest(array['analyst', 'ministry']) as w;
select is(array[pg_temp.words('secretariat', 'CITY'), pg_temp.words('secretariat', 'IMPLEMENTING_BODY')], array[array['北九州市'], array['IGES']], 'and there is to the secretariat');
select is(array(select pg_temp.named(w, d, v) from unnest(array['analyst', 'ministry']) as w, (values ('CITY', '北九州市'), ('CITY', '北九州'), ('CITY', '草案市'), ('CITY', '草案'), ('CITY', 'どこにもない市'),
	('IMPLEMENTING_BODY', 'IGES'), ('IMPLEMENTING_BODY', 'ige')) as f (d, v)), array_fill('0'::text, array[14]), 'a word that is hidden, one of a draft and one that nobody wrote get the same answer');
select is(array[pg_temp.named('secretariat', 'CITY', '北九州市'), pg_temp.named('secretariat', 'IMPLEMENTING_BODY', 'iges')], array['1', '1'], 'who may read it asks by it');
rollback to savepoint words;
select is(fixture.refused('secretariat', 'aggregate_activities', pg_temp.filter('SIDE', 'x')) -> 'metadata' ->> 'accepted', 'cn, jp', 'where they are few all are named');
select is(fixture.refused('secretariat', 'aggregate_activities', '{"measures": ["MEASURE_ACTIVITIES"], "where": [{"dimension": "DIMENSION_KIND"}]}') ->> 'reason',
	'FILTER_INVALID', 'a filter without a value does not let all pass');
select set_eq($$select distinct name from renkei_api.word_labels()$$, $$select e.name from renkei.wire_enum e where e.number > 0 and e.type_name in (
	'renkei.v1.ActivityKind', 'renkei.v1.ActivityStatus', 'renkei.v1.Scope', 'renkei.v1.Side', 'renkei.v1.ParticipantCategory', 'renkei.v1.ActivityMode',
	'renkei.v1.PartyRole', 'renkei.v1.CountBasis', 'renkei.v1.Payer', 'renkei.v1.CostItem', 'renkei.v1.NeedLevel', 'renkei.v1.OutcomeCategory',
	'renkei.v1.ChallengeCategory', 'renkei.v1.PolicyLevel', 'renkei.v1.CooperationType', 'renkei.v1.ProjectStatus', 'renkei.v1.NeedResponse', 'renkei.v1.Urgency', 'renkei.v1.ChallengeState',
	'renkei.v1.ChallengeSeverity', 'renkei.v1.OrganisationKind', 'renkei.v1.OrganisationRole', 'renkei.v1.CostShare', 'renkei.v1.Pathway', 'renkei.v1.Answer',
	'renkei.v1.IntentionKind', 'renkei.v1.Variant', 'renkei.v1.Disclosure')$$, 'every word of the protocol has its labels');

-- The catalogue: whatever fits can be asked, whatever does not is refused.
create temp table fit as select m.name as measure, d.name as dimension, not exists (select from renkei_api.misfit(array[m.name], array[d.name]) f where f.measure is not null) as fits
from renkei_api.measures() m cross join renkei_api.dimensions() d;
create temp table tried (measure text, dimension text, fits boolean, answer jsonb);
-- A statement each, because each has a call's time.
select format($$insert into tried select measure, dimension, fits, fixture.refused('secretariat', 'aggregate_activities', jsonb_build_object('measures',
	jsonb_build_array('MEASURE_' || upper(measure)), 'group_by', jsonb_build_array('DIMENSION_' || upper(dimension)), 'list_records', true)) from fit where measure = %L$$, name)
from renkei_api.measures() \gexec
select is_empty($$select measure, dimension, answer from tried where case when fits then answer -> 'answer' -> 'total' is null
	else answer ->> 'reason' is distinct from 'DIMENSION_INVALID' end$$, 'every measure by every dimension it has, and by no other');
select is((select count(*) filter (where fits) > 150 and count(*) filter (where not fits) > 100 from fit), true, 'there are many of both');
select is(pg_temp.total('COST_JPY'), '20000000/2/0', 'yen are added to yen');
select is(pg_temp.total('COST_CNY'), '-/0/1', 'a band is no amount, and is no yen');
select is(pg_temp.rows('COST_LINES', 'PAYER'), '{"cn_local": 1, "unknown": 1, "municipal": 1, "jica_grassroots": 1, "municipal_commission": 1}', 'an unknown payer is counted as one');
select is(array[pg_temp.total('NEEDS'), pg_temp.total('CHALLENGES'), pg_temp.total('PROJECTS'), pg_temp.total('POLICY_CONTRIBUTIONS'), pg_temp.total('DAYS')],
	array['1/1/0', '1/1/0', '1/1/0', '1/1/0', '1/1/2'], 'records of other kinds');
select is(pg_temp.rows('PROJECTS', 'PARTNER'), '{"120000": 1, "310000": 1}', 'each by what it has');
select is(pg_temp.rows('OUTCOMES', 'OUTCOME_CATEGORY'), '{"": 4, "trust": 1, "progression": 1}', 'and by each of several');
select is(pg_temp.rows(m, d), f, m || ' by ' || d) from (values ('PROJECTS', 'KIND', '{"joint_research": 1}'::jsonb), ('PROJECTS', 'PROJECT_STATUS', '{"running": 1}'), ('PROJECTS', 'PATHWAY', '{"indirect": 1}'),
	('NEEDS', 'NEED_RESPONSE', '{"passed_to_other_municipality": 1}'), ('NEEDS', 'NEED_URGENCY', '{"high": 1}'), ('CHALLENGES', 'CHALLENGE_STATE', '{"open": 1}'), ('CHALLENGES', 'CHALLENGE_SEVERITY', '{"high": 1}'),
	('ACTIVITIES', 'ORGANISATION_KIND', '{"": 4, "company": 1}'), ('PERSONS', 'ORGANISATION_ROLE', '{"": 6, "exhibitor": 49}'), ('OUTCOMES', 'BENEFIT_JP', '{"": 4, "yes": 1}'),
	('ACTIVITIES', 'CITY', '{"": 4, "北九州市": 1}'), ('ACTIVITIES', 'IMPLEMENTING_BODY', '{"": 4, "IGES": 1, "KITA": 1}'), ('INTENTIONS', 'INTENTION', '{"continue": 1}'),
	('INTENTIONS', 'PARTNER', '{"310000": 1}'), ('OUTCOMES', 'VARIANT', '{"regular": 5}'), ('COST_LINES', 'CURRENCY', '{"": 2, "CNY": 1, "JPY": 2}'), ('COST_JPY', 'CURRENCY', '{"JPY": 20000000}'),
	('ACTIVITIES', 'DISCLOSURE', '{"": 4, "public": 1}'), ('NEEDS', 'DISCLOSURE', '{"parties": 1}'),
	('POLICY_CONTRIBUTIONS', 'CONFIRMED_BY_CN', '{"no": 1}'), ('COST_LINES', 'COST_SHARE', '{"": 1, "all": 2, "part": 1, "unknown": 1}')) as v (m, d, f);
select is(pg_temp.total('COST_LINES', '{"where": [{"dimension": "DIMENSION_COST_SHARE", "values": ["UNKNOWN"]}]}'), '1/1/0', 'whose share is unknown is no other');
-- The type of a cooperation is that of the day.
select is(pg_temp.rows('ACTIVITIES', 'COOPERATION_TYPE'), '{"a": 4, "b": 1}', 'Kobe and Tianjin are of type A, Kitakyushu and Shanghai have been of type B since April');
select is(pg_temp.total('PERSONS', '{"where": [{"dimension": "DIMENSION_COOPERATION_TYPE", "values": ["B"]}]}'), '49/1/0', 'people of it');
insert into renkei.type_history (cooperation_id, entry, type, effective) values ('401005-310000', 2, 'a', row(2016, 10, 13, 'day')::renkei.partial_date_parts);
select is(pg_temp.rows('ACTIVITIES', 'COOPERATION_TYPE'), '{"a": 4, "b": 1}', 'a change on the day after changes nothing');
insert into renkei.type_history (cooperation_id, entry, type, effective) values ('401005-310000', 3, 'a', row(2016, 10, 0, 'month')::renkei.partial_date_parts);
select is(pg_temp.rows('ACTIVITIES', 'COOPERATION_TYPE'), '{"a": 5}', 'one before it does');
select is((select jsonb_object_agg(r -> 'keys' ->> 0, r -> 'values' -> 0 -> 'value') from jsonb_array_elements(pg_temp.ask('{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_COOPERATION_TYPE"]}', '281000') -> 'rows') r),
	'{"a": 3}', 'to a municipality its own');
select is(pg_temp.refused('COOPERATION_TYPE', 'B2') || ': ' || (fixture.refused('secretariat', 'aggregate_activities', pg_temp.filter('COOPERATION_TYPE', 'B2')) -> 'metadata' ->> 'accepted'),
	'RK400 FILTER_INVALID cooperation_type B2 b where[0].values[0]: a, b', 'B2 is B with a note, and no type');
select is(jsonb_path_query_array(pg_temp.ask('{"measures": ["MEASURE_NEEDS", "MEASURE_PROJECTS"], "list_records": true}'), '$.total.records[*].title'), '["VOC", "発生源解析"]',
	'with the records behind them');
select is(pg_temp.ask('{"measures": ["MEASURE_TRAINEES"], "group_by": ["DIMENSION_PARTNER"]}') -> 'explanations' #> '{0,label}', '{"en": "trainees", "ja": "訪日研修生", "zh": "访日研修人员"}',
	'an answer says what its measures mean');
select is(array[jsonb_array_length(fixture.call('operator', 'get_catalogue') -> 'explanations')], array[(select count(*) from renkei_api.measures())::integer
	+ (select count(*) from renkei_api.dimensions())::integer], 'and all of them are told to whoever asks');

-- A record that stands in two quarters, and a forecast.
select fixture.submit('400009', 'forecast', 10);
select fixture.accept('secretariat', '400009-2016Q4F-1', 10);
select is(pg_temp.rows('ACTIVITIES', 'QUARTER'), '{"q1": null, "q2": null, "q3": 5, "q4": 1}', 'a forecast counts while there is nothing better');
select fixture.submit('400009', 'final', 11);
select fixture.accept('secretariat', '400009-2016Q4-1', 11);
select is(pg_temp.rows('ACTIVITIES', 'QUARTER'), '{"q1": null, "q2": null, "q3": 5, "q4": 0}', 'and gives way to the regular report');

-- An event told in several quarters is what its last word says.
insert into renkei.reporting_period select (jsonb_populate_record(p, jsonb_build_object('fiscal_year', 2015, 'quarter', q))).*
from renkei.reporting_period p, generate_series(1, 4) q where p.fiscal_year = 2016 and p.quarter = 1;
create function pg_temp.tell(p_quarter integer, p_number integer, p_activity jsonb) returns text language sql as $$
	delete from fixture.report where name = 'told';
	insert into fixture.report select 'told', bytes, (document - 'activities' - 'outcomes' - 'needs') || jsonb_build_object('period',
		renkei_api.period_json(2015, p_quarter, 'regular'), 'activities', jsonb_build_array('{"activity_id": "tour", "kind": "ACTIVITY_KIND_STUDY_VISIT",
		"scope": "SCOPE_WHOLE", "actual_start": {"year": 2015, "month": 5, "precision": "DATE_PRECISION_MONTH"}}'::jsonb || p_activity))
	from fixture.report where name = 'kobe';
	select coalesce(fixture.accept('secretariat', fixture.submit('281000', 'told', p_number) -> 'receipt' ->> 'number', p_number)
		-> 'answer' -> 'summary' ->> 'receipt_number', '?') $$;
create function pg_temp.tours(p_dimension text) returns jsonb language sql as $$ select pg_temp.rows('ACTIVITIES', p_dimension,
	'{"first_fiscal_year": 2015, "last_fiscal_year": 2015}') $$;
select is(pg_temp.tell(1, 40, '{"status": "ACTIVITY_STATUS_HELD"}'), '281000-2015Q1-1', 'held in the first quarter');
select is(pg_temp.tell(2, 41, '{"status": "ACTIVITY_STATUS_CONTINUED"}'), '281000-2015Q2-1', 'it goes on in the second');
select is(pg_temp.tours('STATUS'), '{"held": 1}', 'what goes on was held, and is one event');
select is(pg_temp.tours('QUARTER'), '{"q1": 1, "q2": 0, "q3": null, "q4": null}', 'where it began');
select pg_temp.tell(3, 42, '{"status": "ACTIVITY_STATUS_CANCELLED"}');
select is(pg_temp.tours('STATUS'), '{"cancelled": 1}', 'cancelled by a later report, it is one event, a cancelled one');
select is(pg_temp.tours('QUARTER'), '{"q1": 0, "q2": 0, "q3": 0, "q4": null}', 'and counts as held no more');
select pg_temp.tell(4, 43, '{"status": "ACTIVITY_STATUS_HELD", "scope": "SCOPE_RELATED_ONLY"}');
select is(pg_temp.tours('STATUS'), null, 'only related by the last word, it is no event at all');
select is(pg_temp.rows('ACTIVITIES', 'QUARTER', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}'), '{"q1": null, "q2": null, "q3": 5, "q4": 0}', 'others are as they were');
select * from finish();
rollback;
