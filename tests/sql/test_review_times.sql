-- How long the secretariat takes: working days from submission to acceptance or return, who reviews what, what waits.
begin;
select plan(18);
create function pg_temp.days(p_from text, p_until text) returns integer language sql as $$
	select renkei_api.working_days((p_from || ' Asia/Tokyo')::timestamptz, (p_until || ' Asia/Tokyo')::timestamptz) $$;
select is(array[pg_temp.days('2016-07-01 09:00', '2016-07-01 23:59'), pg_temp.days('2016-07-01 23:00', '2016-07-04 00:10'), pg_temp.days('2016-07-01 09:00', '2016-07-02 09:00')],
	array[0, 1, 0], 'the same day is none, from Friday to Monday is one, a Saturday is none');
select is(pg_temp.days('2016-07-15 12:00', '2016-07-19 12:00'), 1, 'a holiday of the registry is none');
select is(pg_temp.days('2016-07-16 12:00', '2016-07-18 12:00'), 0, 'a holiday between');
select is(pg_temp.days('2016-07-19 12:00', '2016-07-15 12:00'), 0, 'and never fewer than none');
select is((select count(*) from generate_series(0, 60) a, generate_series(0, 60) b where pg_temp.days((date '2016-07-01' + a)::text, (date '2016-07-01' + a + b)::text)
	<> (select count(*) from generate_series(date '2016-07-01' + a + 1, date '2016-07-01' + a + b, '1 day') d where extract(isodow from d) < 6
		and not exists (select from renkei.holiday h where h.country = 'JP' and h.day = d::date))), 0::bigint, 'as counted day by day');

create function pg_temp.times(p_who text default 'secretariat') returns jsonb language sql as $$ select fixture.refused(p_who, 'get_review_times', '{}') $$;
create function pg_temp.assign(p_number integer, p_reviewer text, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,reviewer}', 'nobody') from fixture.refused('secretariat', 'assign_review', jsonb_build_object('request_id', fixture.id(p_number),
		'receipt_number', '401005-2016Q3-1', 'reviewer', p_reviewer) || p_more) r $$;
select is(pg_temp.times() -> 'answer', '{"times": [], "waiting": []}', 'where nothing came nothing is said');
select fixture.submit(array['401005', '400009', '281000'], array['full', 'fukuoka', 'kobe'], array[1, 2, 3]);
select is(array[pg_temp.assign(10, 'nobody-of-us'), pg_temp.assign(10, 'one', '{"receipt_number": "401005-2016Q3-9"}')], array['REVIEWER_NOT_FOUND', 'RECEIPT_NOT_FOUND'], 'somebody reviews something');
select is(array[pg_temp.assign(10, 'one', '{"validate_only": true}'), pg_temp.assign(11, 'me'), pg_temp.assign(12, ''), pg_temp.assign(13, 'one')],
	array[fixture.uri('secretariat'), fixture.uri('secretariat'), 'nobody', fixture.uri('secretariat')], 'assigned to oneself, to nobody, by name');
select is((select count(*) from renkei.review_assignment), 3::bigint, 'each is kept, a dry run is not');
select is(jsonb_path_query_array(pg_temp.times(), '$.answer.waiting[*].reviewer'), jsonb_build_array(fixture.uri('secretariat')), 'the queue says who reviews what');
select is(array[jsonb_path_query_array(pg_temp.times('ministry'), '$.answer.waiting[*].reviewer'), to_jsonb(pg_temp.times('401005') ->> 'reason')], array['[]'::jsonb, '"ROLE_NOT_ALLOWED"'],
	'that is the secretariat''s own; a municipality is told nothing of it');
-- Of another time: the transitions of this test are moved, as no clock can be.
alter table renkei.report_transition disable trigger user;
select fixture.accept('secretariat', '400009-2016Q3-1', 20);
select fixture.refused('secretariat', 'return_report', jsonb_build_object('request_id', fixture.id(21), 'municipality_code', '281000', 'period', renkei_api.period_json(2016, 3, 'regular'),
	'version', 1, 'items', '[{"reason": "x"}]'::jsonb, 'due_date', ((clock_timestamp() at time zone 'Asia/Tokyo')::date + 20)::text));
update renkei.report_transition t set at = (case when t.state = 'submitted' then '2016-07-14 10:00' when t.state = 'accepted' then '2016-07-19 10:00' else '2016-07-28 10:00' end || ' Asia/Tokyo')::timestamptz
where t.municipality_code in ('400009', '281000');
select is((pg_temp.times() -> 'answer' -> 'times' -> 0) - 'longest_waiting_working_days', '{"accepted": 1, "returned": 1, "median_working_days": 5.5, "longest_working_days": 9, "waiting": 1}',
	'median and longest over what was answered');
select is(jsonb_path_query_array(pg_temp.times(), '$.answer.times[*].fiscal_year'), '[2016]', 'by fiscal year of the reports');
select is(jsonb_path_query_array(pg_temp.times(), '$.answer.times[2 to 3].unassigned'), '[true]', 'by reviewer, and what nobody in particular has');
select is(jsonb_path_query_array(pg_temp.times('ministry'), '$.answer.times[*]'), (select jsonb_agg(t order by n)
	from jsonb_array_elements(pg_temp.times() -> 'answer' -> 'times') with ordinality as e (t, n) where n <= 2), 'the ministry is told of all and of years, not that nobody reviews anything');
select is(fixture.refused('secretariat', 'assign_review', jsonb_build_object('request_id', fixture.id(22), 'receipt_number', '400009-2016Q3-1', 'reviewer', 'me')) ->> 'reason', 'REVIEW_NOT_WAITING',
	'what is accepted waits for nobody');
-- Readers of views may call no function with arguments, so the view of exports says the same in its own words.
alter table renkei.report_version disable trigger user;
insert into renkei.holiday (country, day, name) values ('CN', '2016-07-20', '平日'), ('JP', '2016-07-23', '土曜日');
create function pg_temp.exported(p_from timestamptz, p_until timestamptz) returns integer language plpgsql as $$
declare
	days integer;
begin
	perform set_config('renkei.tenant', '*', true);
	update renkei.report_version v set received_at = p_from, due_at = null, timeliness = 'no_deadline', late_seconds = 0 where v.receipt_number = '400009-2016Q3-1';
	update renkei.report_transition t set at = p_until where t.municipality_code = '400009' and t.state = 'accepted';
	set local role renkei_analyst;
	select r.review_working_days into strict days from renkei_api.export_reports r where r.receipt_number = '400009-2016Q3-1';
	reset role;
	return days;
end $$;
create temp table told as select s.since, s.until, pg_temp.exported(s.since, s.until) as days from (select (date '2016-07-01' + a + time '23:50') at time zone 'Asia/Tokyo' as since,
	(date '2016-07-01' + a + b + time '00:10') at time zone 'Asia/Tokyo' as until from generate_series(0, 27) a, generate_series(-2, 14) b) s;
select is_empty($$select * from told t where t.days is distinct from renkei_api.working_days(t.since, t.until)$$, 'exports count as the function does');
select is((select array_agg(distinct t.days order by t.days) from told t), array(select generate_series(0, 10)), 'from none to two weeks of them');
select * from finish();
rollback;
