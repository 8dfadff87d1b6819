-- Reports as they were known at a past moment: lists, single versions, histories; in the house and outside of it.
begin;
select plan(28);
create temp table moment (name text primary key, at timestamptz);
create function pg_temp.mark(p_name text) returns void language sql as $$ insert into moment values (p_name, clock_timestamp()) $$;
create function pg_temp.asked(p_name text, p_more jsonb default '{}') returns jsonb language sql as $$
	select '{"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3"}}' || jsonb_build_object('as_of', renkei.time_json(m.at)) || p_more
	from moment m where m.name = p_name $$;
create function pg_temp.listed(p_who text, p_name text) returns jsonb language sql as $$
	select jsonb_path_query_array(fixture.call(p_who, 'list_reports', pg_temp.asked(p_name) - 'period'), '$.reports[*].keyvalue() ? (@.key == "version" || @.key == "state").value') $$;
create function pg_temp.latest(p_who text, p_name text, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(a ->> 'reason', concat_ws(' ', a #>> '{answer,summary,version}', a #>> '{answer,summary,state}', a #>> '{answer,summary,latest_version}'))
	from fixture.refused(p_who, 'get_report', pg_temp.asked(p_name, p_more)) a $$;
create function pg_temp.history(p_who text, p_name text) returns text language sql as $$
	select coalesce(a ->> 'reason', jsonb_array_length(a #> '{answer,versions}') || ' ' || jsonb_array_length(a #> '{answer,transitions}'))
	from fixture.refused(p_who, 'list_report_versions', pg_temp.asked(p_name)) a $$;

select pg_temp.mark('before');
select count(*) from fixture.submit(array['401005'], array['full'], array[1]);
select pg_temp.mark('submitted');
select count(*) from fixture.submit(array['401005'], array['full2'], array[2]);
select pg_temp.mark('replaced');
select fixture.accept('secretariat', '401005-2016Q3-2', 3);
select pg_temp.mark('accepted');
select fixture.require_release('401005', true, 4);
select count(*) from fixture.submit(array['401005'], array['full3'], array[5]);
select pg_temp.mark('prepared');
select fixture.approve('a401005', 'release_report', '401005-2016Q3-3', 6);
select pg_temp.mark('released');
insert into moment values ('ahead', clock_timestamp() + interval '10 years');

select is(pg_temp.listed('401005', 'before'), '[]', 'before the first version there is no report');
select is(pg_temp.listed('401005', 'submitted'), '["REPORT_STATE_SUBMITTED", 1]', 'then the first');
select is(pg_temp.listed('secretariat', 'replaced'), '["REPORT_STATE_SUBMITTED", 2]', 'then the second');
select is(pg_temp.listed('secretariat', 'accepted'), '["REPORT_STATE_ACCEPTED", 2]', 'which is accepted');
select is(pg_temp.listed('secretariat', 'prepared'), '["REPORT_STATE_ACCEPTED", 2]', 'what waits in the house nobody outside is told');
select is(pg_temp.listed('401005', 'prepared'), '["REPORT_STATE_AWAITING_RELEASE", 3]', 'the house is');
select is(pg_temp.listed('secretariat', 'released'), '["REPORT_STATE_SUBMITTED", 3]', 'until it leaves');
select is(pg_temp.listed('400009', 'released'), '[]', 'another municipality is told of nothing at any time');

select is(pg_temp.latest('401005', 'before'), 'REPORT_NOT_FOUND', 'no version is the latest before there is one');
select is(pg_temp.latest('401005', 'submitted'), '1 REPORT_STATE_SUBMITTED 1', 'the first one is its own latest');
select is(pg_temp.latest('401005', 'submitted', '{"version": 2}'), 'REPORT_NOT_FOUND', 'a later one is not there');
select is(pg_temp.latest('401005', 'submitted', '{"receipt_number": "401005-2016Q3-2"}'), 'RECEIPT_NOT_FOUND', 'nor is its receipt');
select is(pg_temp.latest('secretariat', 'accepted'), '2 REPORT_STATE_ACCEPTED 2', 'the second is accepted');
select is(pg_temp.latest('secretariat', 'replaced'), '2 REPORT_STATE_SUBMITTED 2', 'and was not before');
select is(pg_temp.latest('secretariat', 'prepared'), '2 REPORT_STATE_ACCEPTED 3', 'outside it stays the latest while another is prepared, which the secretariat counts');
select is(pg_temp.latest('secretariat', 'prepared', '{"version": 3}'), 'REPORT_NOT_FOUND', 'and the other is not there, though it is by now');
select is(pg_temp.latest('401005', 'prepared'), '3 REPORT_STATE_AWAITING_RELEASE 3', 'in the house it is the latest');
select is(pg_temp.latest('secretariat', 'released'), '3 REPORT_STATE_SUBMITTED 3', 'outside since its release');

select is(pg_temp.history('secretariat', 'before'), 'REPORT_NOT_FOUND', 'no report has no history');
select is(pg_temp.history('secretariat', 'accepted'), '2 3', 'two versions, three changes of state');
select is(pg_temp.history('secretariat', 'prepared'), '2 3', 'still, outside');
select is(pg_temp.history('401005', 'prepared'), '3 4', 'in the house the third');

select is(fixture.call('secretariat', 'list_reports', pg_temp.asked('accepted') - 'period') ->> 'as_of', (select renkei.time_json(at) from moment where name = 'accepted'),
	'the answer says of when it is');
insert into moment select 'tonight', ((now() at time zone 'Asia/Tokyo')::date + 1)::timestamp at time zone 'Asia/Tokyo' - interval '1 microsecond';
select ok((fixture.call('secretariat', 'get_report', pg_temp.asked('tonight')) ->> 'as_of')::timestamptz <= clock_timestamp(), 'which is now, where the end of today was asked for');
select ok((fixture.call('secretariat', m, pg_temp.asked('tonight') - array['period', 'municipality_code'] || p) #>> path)::timestamptz <= clock_timestamp(), m || ' tells of now, too')
from (values ('get_platform_status', '{}'::jsonb, '{as_of}'::text[]), ('aggregate_activities', '{"measures": ["MEASURE_EVENTS"]}', '{as_of}'),
	('get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}', '{document,as_of}')) as c (m, p, path);
-- What is said of a day to come could be said otherwise that day.
select is((select array_agg(concat_ws(' ', m, r ->> 'code', r ->> 'reason', r ->> 'field', r #>> '{metadata,day}' > r #>> '{metadata,today}',
		r #>> '{metadata,today}' = to_char(clock_timestamp() at time zone 'Asia/Tokyo', 'YYYY-MM-DD')) order by m)
	from (values ('list_reports', '{}'::jsonb), ('get_report', '{}'), ('list_report_versions', '{}'), ('get_platform_status', '{}'), ('get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'),
		('get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), ('aggregate_activities', '{"measures": ["MEASURE_EVENTS"]}'), ('list_joint_events', '{}'),
		('list_duplicate_hints', '{}')) as c (m, p) cross join lateral fixture.refused('secretariat', m, pg_temp.asked('ahead', p)) r),
	array(select m || ' RK400 AS_OF_FUTURE as_of t t' from unnest(array['aggregate_activities', 'get_evaluation', 'get_outcome_table', 'get_platform_status', 'get_report', 'list_duplicate_hints',
		'list_joint_events', 'list_report_versions', 'list_reports']) m), 'of a day to come nothing is told by any call, and it is said which day it is');
select * from finish();
rollback;
