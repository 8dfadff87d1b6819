-- Attachments: begun, gone on with, finished, kept once, counted, removed; and whose they are.
begin;
select plan(83);
create function pg_temp.head(p_text text, p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', '401005', 'period', renkei_api.period_json(2016, 3, 'regular'),
		'file_name', '資料.pdf', 'size', octet_length(p_text)::text, 'sha256', encode(sha256(convert_to(p_text, 'UTF8')), 'hex')) || p_more $$;
create function pg_temp.limits(p_more jsonb default '{}') returns jsonb language sql as $$
	select '{"bytes": 30000000, "files": 3, "hours": 2, "key_id": "0123456789abcdef"}'::jsonb || p_more $$;
-- One call of the daemon's with several arguments: the answer, or the refusal.
create function pg_temp.told(p_who text, p_call text) returns jsonb language plpgsql as $$
declare
	answer text;
	said text;
	code text;
begin
	perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), array['municipality', 'secretariat', 'ministry', 'analyst', 'operator'], 10000);
	execute 'select ' || p_call into answer;
	return jsonb_build_object('answer', answer);
exception when others then
	get stacked diagnostics said = pg_exception_detail, code = returned_sqlstate;
	return case when code like 'RK%' then said::jsonb || jsonb_build_object('code', code) else jsonb_build_object('code', code, 'reason', sqlerrm) end;
end $$;
create function pg_temp.begun(p_head jsonb, p_limits jsonb default pg_temp.limits(), p_who text default '401005') returns jsonb language sql as $$
	select r || coalesce((r ->> 'answer')::jsonb, '{}') from pg_temp.told(p_who, format('renkei_api.begin_upload(%L, %L)::text', p_head, p_limits)) r $$;
create function pg_temp.append(p_upload text, p_at integer, p_text text, p_who text default '401005') returns jsonb language sql as $$
	select pg_temp.told(p_who, format('renkei_api.append_upload(%L, %s, %L)::text', p_upload, p_at, convert_to(p_text, 'UTF8'))) $$;
create function pg_temp.finished(p_upload text, p_head jsonb, p_limits jsonb default pg_temp.limits()) returns jsonb language sql as $$
	select r || coalesce((r ->> 'answer')::jsonb, '{}') from pg_temp.told('401005', format('renkei_api.finish_upload(%L, %L, ''csv'', %L)::text', p_upload, p_head, p_limits)) r $$;
create function pg_temp.attached(p_text text, p_number integer, p_more jsonb default '{}') returns jsonb language plpgsql as $$
declare
	h constant jsonb := pg_temp.head(p_text, p_number, p_more);
	b constant jsonb := pg_temp.begun(h);
begin
	if b ? 'done' or not b ? 'upload_id' then
		return coalesce(b -> 'done', b);
	end if;
	perform pg_temp.append(b ->> 'upload_id', 0, p_text);
	return pg_temp.finished(b ->> 'upload_id', h);
end $$;

create temp table up as select pg_temp.begun(pg_temp.head('abcdefgh', 1)) as b;
select is((select b ->> 'held' from up), '0', 'an upload begins with nothing');
select is(pg_temp.append((select b ->> 'upload_id' from up), 0, 'abc') ->> 'answer', '3', 'bytes are counted as they come');
select is(pg_temp.append((select b ->> 'upload_id' from up), 0, 'abc') ->> 'reason', 'UPLOAD_SUPERSEDED', 'the same bytes are not taken twice');
select is(pg_temp.append((select b ->> 'upload_id' from up), 4, 'e') ->> 'code', 'RK410', 'nor bytes behind a gap');
select is(pg_temp.append((select b ->> 'upload_id' from up), 3, 'd', '400009') ->> 'reason', 'UPLOAD_SUPERSEDED', 'nor another''s');
select is(pg_temp.append((select b ->> 'upload_id' from up), 3, 'd', 'secretariat') ->> 'reason', 'ROLE_NOT_ALLOWED', 'the secretariat sends nothing');
select is(fixture.call('401005', 'get_upload', pg_temp.head('abcdefgh', 1)), '{"held": 3, "complete": false}', 'who asks is told where to go on');
select is(fixture.refused('400009', 'get_upload', pg_temp.head('abcdefgh', 1)) ->> 'reason', 'ATTACHMENT_NOT_YOURS', 'about one''s own files');
select is(fixture.call('400009', 'get_upload', pg_temp.head('abcdefgh', 1, '{"municipality_code": "400009"}')) ->> 'held', '0', 'and another''s same file is not one''s own');
select is(fixture.call('401005', 'get_relayed_upload', pg_temp.head('abcdefgh', 1)), '{"held": 3, "complete": false}', 'who brings it for another is told the same');
select is(fixture.refused('401005', 'get_relayed_upload', pg_temp.head('abcdefgh', 1, '{"period": {"fiscal_year": 1999, "quarter": "QUARTER_Q1"}}')) ->> 'reason', 'PERIOD_NOT_FOUND',
	'and whether it would be taken');
select is(fixture.refused('400009', 'get_relayed_upload', pg_temp.head('abcdefgh', 1)) ->> 'reason', 'ATTACHMENT_NOT_YOURS', 'of the officer''s own municipality');
select is(fixture.call('401005', 'get_relayed_upload', pg_temp.head('abcdefgh', 1, '{"record": {"list": "activities", "id": "later"}}')) ->> 'held', '3',
	'the record may come with it');
select is(pg_temp.finished((select b ->> 'upload_id' from up), pg_temp.head('abcdefgh', 1)) ->> 'reason', 'UPLOAD_SUPERSEDED', 'half a file is not finished');
select is(pg_temp.begun(pg_temp.head('abcdefgh', 1, '{"offset": 2}')) ->> 'reason', 'CHUNK_OUT_OF_ORDER', 'one goes on where it stopped');
select is(pg_temp.begun(pg_temp.head('abcdefgh', 1, '{"offset": 2}')) -> 'metadata' ->> 'expected', '3', 'which is told');
create temp table again as select pg_temp.begun(pg_temp.head('abcdefgh', 1, '{"offset": 3}')) as b;
select is((select b ->> 'held' from again), '3', 'so the second goes on');
select is(pg_temp.append((select b ->> 'upload_id' from up), 3, 'd') ->> 'reason', 'UPLOAD_SUPERSEDED', 'and the first is over');
select is(pg_temp.told('401005', format('convert_from(renkei_api.read_upload(%L, 0), ''UTF8'')', (select b ->> 'upload_id' from again))) ->> 'answer', 'abc',
	'what is there can be read to be hashed');
select is(pg_temp.append((select b ->> 'upload_id' from again), 3, 'defgh') ->> 'answer', '8', 'the rest comes');
create function pg_temp.reads(p_at integer) returns text language sql as $$
	select pg_temp.told('401005', format('convert_from(renkei_api.read_upload(%L, %s), ''UTF8'')', (select b ->> 'upload_id' from again), p_at)) ->> 'answer' $$;
select is(pg_temp.reads(0), 'abcdefgh', 'several pieces are read at once');
select is(pg_temp.reads(3), 'defgh', 'from where one begins');
select is(pg_temp.reads(1), null, 'and from nowhere else');
create temp table done as select pg_temp.finished((select b ->> 'upload_id' from again), pg_temp.head('abcdefgh', 1)) as d;
select is((select d -> 'attachment' ->> 'number' from done), '401005-2016Q3-A1', 'and is attached under a number');
select is((select (d -> 'receipt') - 'received_at' from done), '{"number": "401005-2016Q3-A1", "municipality_code": "401005", "file_name": "資料.pdf", "type": "ATTACHMENT_TYPE_CSV",
	"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3", "variant": "VARIANT_REGULAR"}, "disclosure": "DISCLOSURE_PARTIES", "length": 8, "key_id": "0123456789abcdef",
	"sha256": "9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab"}'::jsonb, 'with the facts of a receipt');
select is(pg_temp.begun(pg_temp.head('abcdefgh', 1)) -> 'done' -> 'existed', 'false', 'the same request has the first answer');
select is(pg_temp.begun(pg_temp.head('abcdefgh', 2)) -> 'done' -> 'existed', 'true', 'another one is told that it was there');
select is(pg_temp.begun(pg_temp.head('abcdefgh', 1, '{"title": "x"}')) ->> 'reason', 'REQUEST_ID_REUSED', 'an id is for one wish');
select is(pg_temp.begun(pg_temp.head('abcdefgh', 3, '{"title": "x"}')) ->> 'reason', 'ATTACHMENT_EXISTS', 'the same bytes are not two attachments of a quarter');
select is(pg_temp.attached('abcdefgh', 4, '{"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q2"}}') -> 'attachment' ->> 'number', '401005-2016Q2-A1',
	'but of two quarters');
select is((select count(*) from renkei.attachment_content), 1::bigint, 'and kept once');

select is(array(select concat_ws(' ', r ->> 'code', r ->> 'reason', r ->> 'field') from unnest(array['{"file_name": "../x"}', '{"file_name": ""}', '{"size": "0"}', '{"size": "20971521"}',
	'{"sha256": "AB"}', '{"municipality_code": "400009"}', '{"request_id": ""}', '{"period": {"fiscal_year": 2003, "quarter": "QUARTER_Q1"}}', '{"period": null}']::jsonb[]) w
	cross join lateral pg_temp.begun(pg_temp.head('x', 9, w)) r),
	array['RK400 FILE_NAME_INVALID head.file_name', 'RK400 FILE_NAME_INVALID head.file_name', 'RK400 ATTACHMENT_EMPTY head.size', 'RK429 ATTACHMENT_TOO_LARGE head.size',
		'RK400 SHA256_INVALID head.sha256', 'RK403 ATTACHMENT_NOT_YOURS head.municipality_code', 'RK400 REQUEST_ID_REQUIRED request_id', 'RK404 PERIOD_NOT_FOUND head.period',
		'RK404 PERIOD_NOT_FOUND head.period'], 'what is wrong is refused by its field');
select isnt(pg_temp.attached('b', 10) ->> 'attachment', null, 'a second');
select isnt(pg_temp.attached('c', 11, '{"disclosure": "DISCLOSURE_SECRETARIAT"}') ->> 'attachment', null, 'a third');
select is(pg_temp.attached('d', 12) ->> 'reason', 'ATTACHMENTS_TOO_MANY', 'and no fourth');
select is(pg_temp.begun(pg_temp.head('e', 13, '{"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q1"}, "size": "20000000"}')) ->> 'held', '0', 'a large one reserves its place');
select is(pg_temp.begun(pg_temp.head('f', 14, '{"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q1"}, "size": "19999999"}')) ->> 'reason', 'ATTACHMENTS_TOO_LARGE', 'and leaves no room for another');
update renkei.attachment_content set touched_at = touched_at - interval '3 hours' where completed_at is null;
select is(pg_temp.begun(pg_temp.head('f', 14, '{"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q1"}, "size": "19999999"}')) ->> 'held', '0', 'until it has expired');
update renkei.attachment_content set touched_at = touched_at - interval '3 hours' where completed_at is null;
select is(renkei_api.expire_uploads(4), 0::bigint, 'not before its time');
select is(renkei_api.expire_uploads(2), 1::bigint, 'whoever asks for it');

insert into renkei.attachment_content (municipality_code, sha256, size, upload_id, begun_at, touched_at)
	select '401005', sha256(n::text::bytea), 1, gen_random_uuid(), clock_timestamp(), clock_timestamp() - interval '3 hours' - n * interval '1 minute' from generate_series(1, 13) n;
select is(renkei_api.expire_uploads(2), 10::bigint, 'ten at a time, so that it is done in time');
select is((select array_agg(round(extract(epoch from clock_timestamp() - touched_at) / 60) order by 1) from renkei.attachment_content where completed_at is null),
	array[181, 182, 183]::numeric[], 'the oldest first');
select is(renkei_api.expire_uploads(2), 3::bigint, 'and then the rest');

create function pg_temp.sees(p_who text) returns text language sql as $$
	select string_agg(a ->> 'number', ' ') from jsonb_array_elements(fixture.call(p_who, 'list_attachments', '{"include_removed": true}') -> 'attachments') a $$;
select is(pg_temp.sees('401005'), '401005-2016Q3-A1 401005-2016Q3-A2 401005-2016Q3-A3 401005-2016Q2-A1', 'one''s own are all seen, the newest quarter first');
select is(pg_temp.sees('a401005'), pg_temp.sees('401005'), 'the approver sees what the officer sees');
select is(pg_temp.sees('a400009'), pg_temp.sees('400009'), 'of others too');
select is(pg_temp.sees('secretariat'), pg_temp.sees('401005'), 'the secretariat sees all');
select is(array[pg_temp.sees('400009'), pg_temp.sees('ministry')], array_fill('401005-2016Q3-A1 401005-2016Q3-A2 401005-2016Q2-A1'::text, array[2]),
	'others what is not for the secretariat alone');
select is(pg_temp.sees('analyst'), null, 'an analyst what is public');
select is(fixture.refused('400009', 'get_attachment_receipt', '{"number": "401005-2016Q3-A3"}') - 'metadata',
	fixture.refused('400009', 'get_attachment_receipt', '{"number": "401005-2016Q3-A9"}') - 'metadata', 'what one may not see is not there');
select is(fixture.refused('400009', 'remove_attachment', jsonb_build_object('request_id', fixture.id(20), 'number', '401005-2016Q3-A1')) ->> 'reason', 'ATTACHMENT_NOT_YOURS',
	'another''s is not removed');
select isnt(fixture.call('401005', 'remove_attachment', jsonb_build_object('request_id', fixture.id(20), 'number', '401005-2016Q3-A1')) -> 'attachment' ->> 'removed_at', null, 'one''s own is');
select is(fixture.call('401005', 'remove_attachment', jsonb_build_object('request_id', fixture.id(20), 'number', '401005-2016Q3-A1')) -> 'attachment' ->> 'removed_at',
	(select renkei.time_json(x.removed_at) from renkei.attachment x where x.removal_id = fixture.id(20)::uuid), 'asked for again it is answered as before');
select is(fixture.refused('401005', 'remove_attachment', jsonb_build_object('request_id', fixture.id(20), 'number', '401005-2016Q3-A2')) ->> 'reason', 'REQUEST_ID_REUSED',
	'and its id removes nothing else');
select is((select count(*) from renkei.attachment_content where sha256 = sha256('abcdefgh')), 1::bigint, 'its bytes stay while another attachment is made of them');
select is(pg_temp.sees('400009'), '401005-2016Q3-A2 401005-2016Q2-A1', 'others see it no more');

-- Where a release is required, with it.
create function pg_temp.outside() returns boolean[] language sql as $$
	select array(select position('-A4' in coalesce(pg_temp.sees(who), '')) > 0 from unnest(array['400009', 'ministry', 'secretariat', 'analyst']) who) $$;
select fixture.require_release('401005', true, 30);
select is(pg_temp.attached('w', 31, '{"disclosure": "DISCLOSURE_PUBLIC"}') -> 'attachment' ->> 'number', '401005-2016Q3-A4', 'one that is sent while a release is required');
select is(pg_temp.sees('400009'), '401005-2016Q3-A2 401005-2016Q2-A1', 'leaves those that were seen before as they are');
select is(pg_temp.outside(), array[false, false, false, false], 'nobody outside sees it');
select is(array[pg_temp.sees('401005'), pg_temp.sees('a401005')], array_fill('401005-2016Q3-A1 401005-2016Q3-A2 401005-2016Q3-A3 401005-2016Q3-A4 401005-2016Q2-A1'::text, array[2]),
	'the house does');
select is(fixture.refused('secretariat', 'get_attachment_receipt', '{"number": "401005-2016Q3-A4"}') - 'metadata',
	fixture.refused('secretariat', 'get_attachment_receipt', '{"number": "401005-2016Q3-A9"}') - 'metadata', 'to all others it is not there');
select fixture.submit('401005', 'full', 32);
select is(pg_temp.outside(), array[false, false, false, false], 'nor with the report while that waits');
select fixture.require_release('401005', false, 33);
select is(pg_temp.outside(), array[false, false, false, false], 'nor when the setting is turned off meanwhile, as with the report');
select fixture.call('a401005', 'release_report', jsonb_build_object('request_id', fixture.id(34), 'municipality_code', '401005', 'version', 1,
	'period', renkei_api.period_json(2016, 3, 'regular'), 'sha256', (select encode(sha256(bytes), 'hex') from fixture.report where name = 'full')));
select is(pg_temp.outside(), array[true, true, true, true], 'with the release it leaves the house');

-- What is attached behind the report that has left is released alone.
create function pg_temp.seen_outside(p_tail text) returns boolean[] language sql as $$
	select array(select position(p_tail in coalesce(pg_temp.sees(who), '')) > 0 from unnest(array['400009', 'ministry', 'secretariat', 'analyst']) who) $$;
create function pg_temp.release(p_id integer, p_numbers jsonb, p_more jsonb default '{}') returns jsonb language sql as $$
	select jsonb_build_object('request_id', fixture.id(p_id), 'municipality_code', '401005', 'version', 1, 'period', renkei_api.period_json(2016, 3, 'regular'),
		'attachment_numbers', p_numbers) || p_more $$;
create function pg_temp.later(p_text text, p_number integer) returns text language plpgsql as $$
declare
	h constant jsonb := pg_temp.head(p_text, p_number, '{"disclosure": "DISCLOSURE_PUBLIC"}');
	b constant jsonb := pg_temp.begun(h, pg_temp.limits('{"files": 9}'));
begin
	perform pg_temp.append(b ->> 'upload_id', 0, p_text);
	return pg_temp.finished(b ->> 'upload_id', h, pg_temp.limits('{"files": 9}')) #>> '{attachment,number}';
end $$;
create function pg_temp.waits(p_who text) returns text language sql as $$
	select string_agg(a ->> 'number', ' ' order by a ->> 'number') from jsonb_array_elements(fixture.call(p_who, 'list_attachments') -> 'attachments') a
	where a -> 'awaits_release' = 'true' $$;
select fixture.require_release('401005', true, 60);
select is(array[pg_temp.later('later one', 61), pg_temp.later('later two', 62)], array['401005-2016Q3-A5', '401005-2016Q3-A6'], 'two files are attached behind the report');
select is(array[pg_temp.waits('401005'), pg_temp.waits('a401005'), pg_temp.waits('secretariat')], array['401005-2016Q3-A5 401005-2016Q3-A6', '401005-2016Q3-A5 401005-2016Q3-A6', null],
	'the house is told that they wait');
select is(pg_temp.seen_outside('-A5'), array[false, false, false, false], 'nobody outside sees them');
select is(fixture.refused('401005', 'release_report', pg_temp.release(63, '["401005-2016Q3-A5"]')) ->> 'reason', 'ROLE_NOT_ALLOWED', 'an officer does not release them');
select is(fixture.refused('a401005', 'release_report', pg_temp.release(64, '["401005-2016Q2-A1"]')) ->> 'reason', 'ATTACHMENT_NOT_FOUND', 'nor is one of another quarter released');
select is(fixture.refused('a401005', 'release_report', pg_temp.release(65, '["401005-2016Q3-A5"]', '{"version": 2}')) ->> 'reason', 'VERSION_CONFLICT', 'nor beside a version that was not seen');
select is(fixture.call('a401005', 'release_report', pg_temp.release(66, '["401005-2016Q3-A5"]', '{"validate_only": true}')) #>> '{attachments,0,number}', '401005-2016Q3-A5', 'tried, it tells the file');
select is(pg_temp.seen_outside('-A5'), array[false, false, false, false], 'and releases nothing');
select is(fixture.call('a401005', 'release_report', pg_temp.release(67, '["401005-2016Q3-A5"]')) #>> '{attachments,0,file_name}', '資料.pdf', 'the approver releases one');
select is(pg_temp.seen_outside('-A5'), array[true, true, true, true], 'which leaves the house');
select is(pg_temp.seen_outside('-A6'), array[false, false, false, false], 'and no other');
select is(fixture.call('a401005', 'release_report', pg_temp.release(67, '["401005-2016Q3-A5"]')) #>> '{attachments,0,number}', '401005-2016Q3-A5', 'asked again it is answered as before');
select is(fixture.refused('a401005', 'release_report', pg_temp.release(68, '["401005-2016Q3-A6", "401005-2016Q3-A5"]')) ->> 'reason', 'NOTHING_TO_RELEASE', 'once is enough');
select is(pg_temp.waits('401005'), '401005-2016Q3-A6', 'the other waits on');
select fixture.submit('401005', 'full2', 69);
select is(fixture.refused('a401005', 'release_report', pg_temp.release(71, '["401005-2016Q3-A6"]', '{"version": 2}')) ->> 'reason', 'RELEASE_WITH_REPORT',
	'it is not released alone while a version waits with which it leaves');
select fixture.require_release('401005', false, 70);
-- As papers of a meeting
create temp table paper as select pg_temp.attached(t, n::integer, jsonb_build_object('disclosure', d, 'period', renkei_api.period_json(2016, 2, 'regular')))
	#>> '{attachment,number}' as number, d from (values ('paper one', 40, 'DISCLOSURE_SECRETARIAT'), ('paper two', 41, 'DISCLOSURE_PARTIES')) as f (t, n, d);
select fixture.call('secretariat', 'add_meeting', jsonb_build_object('request_id', fixture.id(42), 'kind', 'MEETING_KIND_DOMESTIC_MEETING', 'held_on', '2016-11', 'title', '会合',
	'papers', (select jsonb_agg(jsonb_build_object('title', '資料', 'attachment_number', number) order by number) from paper)));
create function pg_temp.papers(p_who text) returns text[] language sql as $$
	select array(select p #>> '{}' from jsonb_path_query(fixture.call(p_who, 'list_meetings'), '$.meetings[*].papers[*].attachment_number') p) $$;
select is(array(select array_length(pg_temp.papers(w), 1) from unnest(array['secretariat', '401005', 'ministry', '400009']) w), array[2, 2, 1, null], 'a paper is told to who may read the attachment');
select is(pg_temp.papers('ministry'), array(select number from paper where d = 'DISCLOSURE_PARTIES'), 'and not that there is one for the secretariat');
select fixture.call('401005', 'remove_attachment', jsonb_build_object('request_id', fixture.id(43), 'number', (select number from paper where d = 'DISCLOSURE_PARTIES')));
select is(array(select array_length(pg_temp.papers(w), 1) from unnest(array['secretariat', '401005', 'ministry']) w), array[2, 2, null], 'nor one that was removed');
prepare bare_delete as delete from renkei.attachment;
select throws_ok('bare_delete', 'RK403', null, 'its row is never deleted');
select * from finish();
rollback;
