-- Notices: what became of a report, told once to those who want to hear it, many in one letter.
begin;
select plan(30);
create function pg_temp.claim(p_now timestamptz) returns table (letter jsonb) language sql as $$
	select renkei_api.begin_work('letters', 1000);
	select c.letter from renkei_api.claim_reminder(p_now) c $$;
create function pg_temp.contact(p_code text, p_email text, p_more jsonb default '{}') returns jsonb language sql as $$
	select fixture.refused('secretariat', 'set_contact', jsonb_build_object('municipality_code', p_code, 'email', p_email, 'name', '環境課') || p_more) $$;
-- A moment of today's afternoon in Japan and later ones: after all that the test does, and the same at any hour.
create function pg_temp.at(p_minutes integer) returns timestamptz language sql as $$
	select ((clock_timestamp() at time zone 'Asia/Tokyo')::date + 1 + time '14:00') at time zone 'Asia/Tokyo' + p_minutes * interval '1 minute' $$;
create function pg_temp.told(p_email text) returns text language sql as $$
	select string_agg(concat_ws(' ', lower(substr(n ->> 'topic', 14)), n ->> 'receipt_number'), ', ' order by r.queued_at, p)
	from renkei.reminder r cross join lateral jsonb_array_elements(r.notices) with ordinality as x (n, p) where r.email = p_email $$;
create function pg_temp.letters(p_email text) returns bigint language sql as $$ select count(*) from renkei.reminder r where r.email = p_email $$;
create function pg_temp.enter(p_name text, p_number integer, p_for text) returns text language sql as $$
	select e #>> '{receipt,number}' from fixture.report r cross join lateral renkei_api.submit_report(fixture.uri('secretariat'),
		fixture.spki(fixture.uri('secretariat')), fixture.id(p_number), 'f', r.bytes, r.document, '{"rule_set_hash": "abcd", "findings": []}', '0123456789abcdef', p_for) e
	where r.name = p_name $$;
create function pg_temp.give_back(p_code text, p_quarter integer, p_version integer, p_number integer, p_items jsonb) returns text language sql as $$
	select coalesce(r ->> 'reason', 'done') from fixture.refused('secretariat', 'return_report', jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', p_code,
		'period', renkei_api.period_json(2016, p_quarter, 'regular'), 'version', p_version, 'items', p_items,
		'due_date', ((clock_timestamp() at time zone 'Asia/Tokyo')::date + 40)::text)) r $$;

-- Who wants what.
select is(pg_temp.contact('401005', 'all@example.jp') #> '{answer,contact,topics}',
	'["LETTER_TOPIC_DEADLINE", "LETTER_TOPIC_RETURNED", "LETTER_TOPIC_ACCEPTED", "LETTER_TOPIC_CONFIRMATION"]', 'a contact hears of all but what waits for the approver');
select is(pg_temp.contact('401005', 'few@example.jp', '{"topics": ["LETTER_TOPIC_ACCEPTED", "LETTER_TOPIC_ACCEPTED"]}') #> '{answer,contact,topics}', '["LETTER_TOPIC_ACCEPTED"]', 'or of what it wants');
select is(pg_temp.contact('401005', 'few@example.jp', '{"language": "en"}') #> '{answer,contact,topics}', '["LETTER_TOPIC_ACCEPTED"]', 'and goes on so when something else of it is changed');
select is(pg_temp.contact('401005', 'x@example.jp', '{"topics": ["LETTER_TOPIC_UNSPECIFIED"]}') ->> 'reason', 'LETTER_TOPIC_UNKNOWN', 'of nothing nobody is written to');
select is(pg_temp.contact('281000', 'chief@example.jp', '{"topics": ["LETTER_TOPIC_RELEASE"]}') #> '{answer,contact,topics}', '["LETTER_TOPIC_RELEASE"]', 'an approver hears of what waits for it');
select is(pg_temp.contact('281000', 'kobe@example.jp') -> 'reason', null, 'its officer of the rest');

-- Returned.
select fixture.submit('401005', 'full', 1);
select is((select count(*) from renkei.notice), 0::bigint, 'one''s own submission is no news');
select is(pg_temp.give_back('401005', 3, 1, 2, '[{"field_path": "activities[0].days", "reason": "人数の根拠\n日数も"}, {"reason": "全体に"}]'), 'done', 'a report is returned');
select is(renkei_api.plan_reminders(pg_temp.at(0)), 1::bigint, 'one letter, to who wants to hear of it');
select is(pg_temp.told('all@example.jp'), 'returned 401005-2016Q3-1', 'by its number');
select is((select array[n #>> '{items,0,field_path}', n #>> '{items,0,reason}', n #>> '{items,1,reason}'] from renkei.reminder r cross join lateral jsonb_array_elements(r.notices) n),
	array['activities[0].days', E'人数の根拠\n日数も', '全体に'], 'with what is to be put right');
select is(renkei_api.plan_reminders(pg_temp.at(0)) + renkei_api.plan_reminders(pg_temp.at(120)), 0::bigint, 'once');

-- Put right while the letter waits.
update fixture.report set document = document || '{"base_version": 1, "action": "REPORT_ACTION_REPLACE"}' where name = 'full';
select fixture.submit('401005', 'full', 3);
select is((select count(*) from pg_temp.claim(pg_temp.at(1))), 0::bigint, 'what was put right before it leaves is told nobody');
select is((select r.state from renkei.reminder r), 'dropped', 'the letter is dropped');

-- Accepted, and a digest of a busy hour.
select is(fixture.accept('secretariat', '401005-2016Q3-2', 4) #>> '{answer,summary,state}', 'REPORT_STATE_ACCEPTED', 'it is accepted');
select is(renkei_api.plan_reminders(pg_temp.at(30)), 0::bigint, 'within an hour of a letter the next one waits');
select is(pg_temp.enter('nil', 5, '110001'), '110001-2016Q3-1', 'the secretariat enters one for a municipality without contacts');
select is(jsonb_array_length(fixture.call('secretariat', 'send_reminders', jsonb_build_object('at', pg_temp.at(30))) -> 'reminders'), 2, 'who asks sees it at once');
select is(renkei_api.plan_reminders(pg_temp.at(61)), 2::bigint, 'then it is told, in one letter a person');
select is(array[pg_temp.told('all@example.jp'), pg_temp.told('few@example.jp')], array['returned 401005-2016Q3-1, accepted 401005-2016Q3-2', 'accepted 401005-2016Q3-2'], 'to both');
select is((select letter #>> '{notices,0,sha256}' from pg_temp.claim(pg_temp.at(62))), (select encode(v.sha256, 'hex') from renkei.report_version v where v.receipt_number = '401005-2016Q3-2'),
	'with the digest of what was accepted');
select is(pg_temp.contact('110001', 'late@example.jp') -> 'reason', null, 'who is set as a contact afterwards');
select is(renkei_api.plan_reminders(pg_temp.at(200)), 0::bigint, 'hears no old news');

-- Entered by the secretariat, and waiting for the approver.
select fixture.require_release('281000', true, 900);
select is(pg_temp.enter('kobe', 6, '281000'), '281000-2016Q3-1', 'the secretariat enters one for Kobe, which wants a release');
select is(jsonb_path_query_array(fixture.call('secretariat', 'send_reminders', jsonb_build_object('at', pg_temp.at(300))), '$.reminders[*].email'), '["chief@example.jp", "kobe@example.jp"]', 'a dry run shows both letters');
select is(renkei_api.plan_reminders(pg_temp.at(300)), 2::bigint, 'both are written');
select is(array[pg_temp.told('chief@example.jp'), pg_temp.told('kobe@example.jp')], array['release', 'confirmation 281000-2016Q3-1'], 'the approver is to release it, the officer to confirm it');
select is(fixture.approve('a281000', 'release_report', '281000-2016Q3-1', 7) #>> '{answer,summary,state}', 'REPORT_STATE_SUBMITTED', 'it is released');
select is((select array_agg(letter ->> 'email' order by letter ->> 'email') from (select letter from pg_temp.claim(pg_temp.at(301)) union all select letter from pg_temp.claim(pg_temp.at(301))
	union all select letter from pg_temp.claim(pg_temp.at(301))
	union all select letter from pg_temp.claim(pg_temp.at(301))) c), array['all@example.jp', 'few@example.jp', 'kobe@example.jp'], 'what is done needs no letter');
select throws_ok('delete from renkei.notice', 'RK403', null, 'what was noticed stays');
select * from finish();
rollback;
