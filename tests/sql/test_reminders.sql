-- Reminders: who is written to, when, about what; once for each stage.
begin;
select plan(35);
create function pg_temp.claim(p_now timestamptz) returns table (letter jsonb) language sql as $$
	select renkei_api.begin_work('letters', 1000);
	select c.letter from renkei_api.claim_reminder(p_now) c $$;
create function pg_temp.contact(p_who text, p_email text, p_more jsonb default '{}') returns text language sql as $$
	select coalesce(r ->> 'reason', r #>> '{answer,contact,email}') from fixture.refused(p_who, 'set_contact',
		jsonb_build_object('municipality_code', '401005', 'email', p_email, 'name', '環境課　担当') || p_more) r $$;
select is(pg_temp.contact('401005', 'Kankyo@City.example.jp'), 'kankyo@city.example.jp', 'a municipality sets its own');
select is(pg_temp.contact('secretariat', 'two@example.jp', '{"language": "zh"}'), 'two@example.jp', 'or the secretariat does');
select is(pg_temp.contact('400009', 'three@example.jp'), 'NOT_YOUR_MUNICIPALITY', 'nobody those of another');
select is(pg_temp.contact('ministry', 'three@example.jp'), 'ROLE_NOT_ALLOWED', 'nor the ministry');
select is(array(select pg_temp.contact('401005', e) from unnest(array['', 'kankyo', 'a@b', E'a@b.jp\r\nBcc: x@y.jp', 'a b@c.jp', 'あ@c.jp', '<a@b.jp>', 'a@b.jp,c@d.jp']) e),
	array_fill('EMAIL_INVALID'::text, array[8]), 'what is no address is refused');
select is(array(select pg_temp.contact('401005', 'a@b.jp', jsonb_build_object('name', n)) from unnest(array['', E'x\r\nBcc: y@z.jp', repeat('長', 101)]) n),
	array_fill('CONTACT_NAME_INVALID'::text, array[3]), 'a name is one line');
select is(pg_temp.contact('401005', 'a@b.jp', '{"language": "fr"}'), 'LANGUAGE_UNKNOWN', 'in a language there is');
select is(jsonb_path_query_array(fixture.call('401005', 'list_contacts'), '$.contacts[*].language'), '["ja", "zh"]', 'both are there');
select is(jsonb_array_length(fixture.call('400009', 'list_contacts', '{"municipality_code": "401005"}') -> 'contacts'), 0, 'and not for others');
select is(pg_temp.contact('401005', 'nobody@example.jp', '{"remove": true}'), 'CONTACT_NOT_FOUND', 'only who is there is taken away');
select is(pg_temp.contact('401005', 'two@example.jp', '{"remove": true, "validate_only": true}') || jsonb_array_length(fixture.call('401005', 'list_contacts') -> 'contacts'),
	'two@example.jp2', 'a dry run takes nobody away');

-- FY2016 Q3 is due on 2017-01-17.
create function pg_temp.letters(p_at text) returns jsonb language sql as $$
	select fixture.call('secretariat', 'send_reminders', jsonb_build_object('at', p_at)) -> 'reminders' $$;
create function pg_temp.plan(p_at text) returns bigint language sql as $$ select renkei_api.plan_reminders(p_at::timestamptz) $$;
create function pg_temp.stages(p_at text) returns text language sql as $$
	select string_agg(distinct concat_ws(' ', i ->> 'stage_days', i ->> 'days_left'), ', ') from jsonb_path_query(pg_temp.letters(p_at), '$[*].items[*]') i
	where i -> 'period' = renkei_api.period_json(2016, 3, 'regular') $$;
select is(pg_temp.stages('2017-01-02T03:00:00Z'), null, 'nothing fifteen days before');
select is(array[pg_temp.stages('2017-01-03T00:00:00Z'), pg_temp.stages('2017-01-06T03:00:00Z'), pg_temp.stages('2017-01-07T03:00:00Z'), pg_temp.stages('2017-01-10T03:00:00Z'),
	pg_temp.stages('2017-01-16T03:00:00Z'), pg_temp.stages('2017-01-18T03:00:00Z'), pg_temp.stages('2017-01-24T03:00:00Z'), pg_temp.stages('2017-01-28T03:00:00Z')],
	array['-14 14', '-14 11', null, '-7 7', '-1 1', '1 -1', '7 -7', null], 'fourteen, seven and one days before, one and seven after, and three days later at most');
select is(pg_temp.plan('2017-01-02T22:59:00Z'), 0::bigint, 'not before eight in the morning');
select is(pg_temp.plan('2017-01-03T00:00:00Z'), 2::bigint, 'a letter for each contact');
select is(pg_temp.plan('2017-01-03T00:00:00Z') + pg_temp.plan('2017-01-04T00:00:00Z'), 0::bigint, 'once');
select is(jsonb_array_length(fixture.call('401005', 'list_reminders') -> 'reminders'), 2, 'the municipality sees them');
select is(jsonb_array_length(fixture.call('400009', 'list_reminders') -> 'reminders'), 0, 'others do not');

-- sending
create temp table claimed (letter jsonb);
insert into claimed select letter from pg_temp.claim('2017-01-03T00:00:00Z');
insert into claimed select letter from pg_temp.claim('2017-01-03T00:00:00Z');
select is((select array_agg(letter ->> 'email' order by letter ->> 'email') from claimed), array['kankyo@city.example.jp', 'two@example.jp'], 'each is claimed once');
select is((select count(*) from pg_temp.claim('2017-01-03T00:09:00Z')), 0::bigint, 'and is the claimer''s for ten minutes');
select is((select letter ->> 'attempts' from pg_temp.claim('2017-01-03T00:11:00Z')), '2', 'then another one''s');
select is(renkei_api.settle_reminder((select letter ->> 'reminder_id' from claimed where letter ->> 'email' = 'two@example.jp'), 'sent', null, '2017-01-03T00:12:00Z'), true, 'what is sent');
select is(renkei_api.settle_reminder((select letter ->> 'reminder_id' from claimed where letter ->> 'email' = 'two@example.jp'), 'again', null, '2017-01-03T00:12:00Z'), false, 'is settled');
select is(renkei_api.settle_reminder((select letter ->> 'reminder_id' from claimed where letter ->> 'email' <> 'two@example.jp'), 'again', '451 later', '2017-01-03T00:12:00Z'), true, 'what is not');
select is((select letter #>> '{problem}' from pg_temp.claim('2017-01-03T08:00:00Z')), '451 later', 'is tried again');
-- A stage later, what was handed in is named no more.
select pg_temp.plan('2017-01-10T00:00:00Z');
select fixture.submit(array['401005'], array['full'], array[30]);
select is((select count(*) from pg_temp.claim('2017-01-10T00:00:00Z')), 0::bigint, 'who has submitted is not written to any more');
select is((select count(*) from renkei.reminder r where r.state = 'dropped'), 3::bigint, 'such letters are dropped, and so is one that waited for days');
select is(pg_temp.plan('2017-01-16T03:00:00Z'), 0::bigint, 'and none is written');
select is(fixture.refused('401005', 'send_reminders', '{}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'only the secretariat has them written');
select throws_ok('delete from renkei.reminder_written', 'RK403', null, 'what was written about stays known');
-- Years later, what was returned is owed still.
select fixture.call('secretariat', 'return_report', jsonb_build_object('request_id', fixture.id(60), 'municipality_code', '401005', 'period', renkei_api.period_json(2016, 3, 'regular'),
	'version', 1, 'items', '[{"reason": "人数の根拠"}]'::jsonb, 'due_date', ((clock_timestamp() at time zone 'Asia/Tokyo')::date + 20)::text));
select is(pg_temp.stages(((clock_timestamp() at time zone 'Asia/Tokyo')::date + 13) || 'T03:00:00Z'), '-7 7', 'what was returned is owed, however old it is');
create function pg_temp.stage(p_number integer, p jsonb) returns text language sql as $$
	select coalesce(r #>> '{violations,0,reason}', r #>> '{answer,changes,0,kind}') from fixture.refused('secretariat', 'import_registry',
		jsonb_build_object('request_id', fixture.id(p_number), 'registry', jsonb_build_object('reminder_stages', jsonb_build_array(p)))) r $$;
select is(pg_temp.stage(70, '{"days": -21}'), 'IMPORT_CHANGE_KIND_CREATED', 'stages are records of the registry');
select is(pg_temp.stage(71, '{"days": 7, "off": true}'), 'IMPORT_CHANGE_KIND_CHANGED', 'and end');
select is(pg_temp.stage(72, '{"days": 91}'), 'REGISTRY_STAGE_WRONG', 'not for ever');
select is(jsonb_path_query_array(fixture.call('ministry', 'get_registry'), '$.registry.reminder_stages[*].days'), '[-21, -14, -7, -1, 1]', 'everybody may read them');
select * from finish();
rollback;
