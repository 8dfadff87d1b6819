-- Attachments as evidence: for a record by its id, whatever becomes of its place; in reports, receipts and exports.
begin;
select plan(33);
create function pg_temp.attach(p_text text, p_number integer, p_more jsonb default '{}', p_who text default '401005') returns jsonb language plpgsql as $$
declare
	h constant jsonb := jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', p_who, 'period', renkei_api.period_json(2016, 3, 'regular'),
		'file_name', '資料.csv', 'size', octet_length(p_text)::text, 'sha256', encode(sha256(convert_to(p_text, 'UTF8')), 'hex')) || p_more;
	l constant jsonb := '{"bytes": 30000000, "files": 20, "hours": 2, "key_id": "0123456789abcdef"}';
	b jsonb;
	said text;
begin
	perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), array['municipality'], 10000);
	b := renkei_api.begin_upload(h, l);
	if b ? 'done' then
		return b -> 'done';
	end if;
	perform renkei_api.append_upload((b ->> 'upload_id')::uuid, 0, convert_to(p_text, 'UTF8'));
	return renkei_api.finish_upload((b ->> 'upload_id')::uuid, h, 'csv', l);
exception when others then
	get stacked diagnostics said = pg_exception_detail;
	return said::jsonb;
end $$;
create function pg_temp.record(p_list text, p_id text, p_kind text default 'MINUTES') returns jsonb language sql as $$
	select jsonb_build_object('kind', 'ATTACHMENT_KIND_' || p_kind, 'language', 'ja', 'title', '議事録', 'record', jsonb_build_object('list', p_list, 'id', p_id)) $$;

select is(pg_temp.attach('a,0', 1, pg_temp.record('activities', 'seminar.2016-10')) ->> 'reason', 'ATTACHMENT_NO_REPORT', 'without a report there is no record');
select fixture.submit('401005', 'full', 1);
select is(pg_temp.attach('a,1', 2, pg_temp.record('activities', 'nothing')) - 'message', '{"field": "head.record", "reason": "ATTACHMENT_RECORD_NOT_FOUND",
	"metadata": {"receipt_number": "401005-2016Q3-1", "record": "activities:nothing"}}', 'a record that is not there is named');
select is(array(select pg_temp.attach('a,1', 2, pg_temp.record(l, i)) ->> 'reason' from (values ('persons', 'x'), ('activities', ''), ('activities', 'a b')) v (l, i)),
	array_fill('ATTACHMENT_RECORD_UNKNOWN'::text, array[3]), 'what names none is refused');
select is(pg_temp.attach('a,1', 2, '{"language": "fr"}') ->> 'reason', 'LANGUAGE_UNKNOWN', 'in a language there is');
select is(pg_temp.attach('a,1', 2, pg_temp.record('activities', 'seminar.2016-10') || '{"title": "一\n二"}') ->> 'reason', 'ATTACHMENT_TITLE_INVALID', 'a title is a line');
select is(pg_temp.attach('a,1', 2, pg_temp.record('activities', 'seminar.2016-10', 'ROSTER')) ->> 'reason', 'ATTACHMENT_ROSTER_OPEN', 'names of persons are for the secretariat alone');

create temp table made as select pg_temp.attach('a,1', 2, pg_temp.record('activities', 'seminar.2016-10')) as answer;
select is((select (answer -> 'attachment') - array['received_at', 'sent_by', 'sha256', 'period'] from made), '{"number": "401005-2016Q3-A1", "municipality_code": "401005", "file_name": "資料.csv",
	"title": "議事録", "type": "ATTACHMENT_TYPE_CSV", "size": 3, "disclosure": "DISCLOSURE_PARTIES", "kind": "ATTACHMENT_KIND_MINUTES", "language": "ja",
	"record": {"list": "activities", "id": "seminar.2016-10"}}', 'it is kept with what it is evidence of');
select is((select (answer -> 'receipt') - array['number', 'municipality_code', 'period', 'file_name', 'type', 'disclosure', 'sha256', 'length', 'received_at', 'key_id'] from made),
	'{"title": "議事録", "kind": "ATTACHMENT_KIND_MINUTES", "language": "ja", "record": {"list": "activities", "id": "seminar.2016-10"}}', 'and its receipt says so');
select is(pg_temp.attach('a,1', 2, pg_temp.record('activities', 'seminar.2016-10')) -> 'receipt', (select answer -> 'receipt' from made), 'sent again it is the same');
select is(pg_temp.attach('a,1', 3, pg_temp.record('activities', 'seminar.2016-10') || '{"language": "zh"}') ->> 'reason', 'ATTACHMENT_EXISTS', 'said otherwise it is another');
select is(pg_temp.attach('a,1', 3, pg_temp.record('activities', 'seminar.2016-10')) -> 'existed', 'true', 'said the same it was there');
select is(pg_temp.attach('a,2', 4) -> 'receipt' ? 'kind', false, 'of what says nothing of it the receipt is the old one');
select is(pg_temp.attach('a,3', 5, '{"record": {"list": "activities", "id": "seminar.2016-10"}}') #>> '{attachment,kind}', 'ATTACHMENT_KIND_OTHER', 'evidence is of some kind');
select is(pg_temp.attach('a,4', 6, pg_temp.record('activities', 'seminar.2016-10', 'ROSTER') || '{"disclosure": "DISCLOSURE_SECRETARIAT"}') #>> '{attachment,kind}', 'ATTACHMENT_KIND_ROSTER', 'a roster');

-- Beside the report.
create function pg_temp.beside(p_who text, p_more jsonb default '{}') returns text language sql as $$
	select string_agg(right(a ->> 'number', 2), ' ' order by a ->> 'number') from jsonb_array_elements(fixture.call(p_who, 'get_report',
		'{"municipality_code": "401005", "period": {"fiscal_year": 2016, "quarter": "QUARTER_Q3"}}' || p_more) -> 'attachments') a $$;
select is(pg_temp.beside('401005'), 'A1 A2 A3 A4', 'the report has them beside it');
select is(pg_temp.beside('401005', jsonb_build_object('as_of', renkei.time_json((select received_at from renkei.attachment where serial = 2)))), 'A1 A2', 'as there were at a moment');
select is(fixture.accept('secretariat', '401005-2016Q3-1', 7) #>> '{answer,summary,state}', 'REPORT_STATE_ACCEPTED', 'it is accepted');
select is(pg_temp.beside('ministry'), 'A1 A2 A3', 'and others see what they may');

-- A later version has the record at another place, or not at all.
insert into fixture.report select 'second', f.bytes, f.document || '{"base_version": 1, "action": "REPORT_ACTION_CORRECT", "change_reason": "訂正"}'
	|| jsonb_build_object('activities', jsonb_path_query_array(f.document, '$.activities[*] ? (@.activity_id != "seminar.2016-10")')) from fixture.report f where f.name = 'full';
select is(fixture.submit('401005', 'second', 8) #>> '{refusal,reason}', null, 'a correction leaves the record out');
select is(pg_temp.beside('401005'), 'A1 A2 A3 A4', 'the papers stay with the quarter');
select is(pg_temp.attach('a,1', 3, pg_temp.record('activities', 'seminar.2016-10')) -> 'existed', 'true', 'what was attached stays so, sent again too');
select is(pg_temp.attach('a,5', 9, pg_temp.record('activities', 'seminar.2016-10')) ->> 'reason', 'ATTACHMENT_RECORD_NOT_FOUND', 'new evidence needs a record of the latest version');
select throws_ok($$update renkei.attachment set record_id = 'x'$$, 'RK403', null, 'what it is evidence for is never changed');

-- Exports.
create function pg_temp.exported(p_disclosure text) returns text language plpgsql as $$
declare
	said text;
begin
	perform set_config('renkei.export_disclosure', p_disclosure, true), set_config('renkei.tenant', '*', true),
		set_config('renkei.export_as_of', (clock_timestamp() + interval '1 hour')::text, true);
	set local role renkei_analyst;
	select string_agg(concat_ws(' ', right(e.attachment_number, 2), e.kind, e.record_list, e.record_id, e.size, left(e.sha256, 4)), ', ' order by e.attachment_number) into said
	from renkei_api.export_attachments e;
	reset role;
	return said;
end $$;
select is(pg_temp.exported('parties'), format('A1 minutes activities seminar.2016-10 3 %s, A2 3 %s, A3 other activities seminar.2016-10 3 %s', left(encode(sha256('a,1'), 'hex'), 4),
	left(encode(sha256('a,2'), 'hex'), 4), left(encode(sha256('a,3'), 'hex'), 4)), 'exports have them by their digests, and no roster');
select is(pg_temp.exported('public'), null, 'in public nothing that is not');
select is((select array_agg(c.name order by c.position) from renkei_api.export_columns c where c.table_name = 'attachments' and c.name in ('size', 'sha256', 'kind')), array['kind', 'size', 'sha256'], 'with size and digest');

-- A record that is for the secretariat alone is named to nobody else.
create function pg_temp.evidence(p_who text) returns text language sql as $$
	select string_agg(concat_ws(' ', right(a ->> 'number', 2), a #>> '{record,list}', a #>> '{record,id}'), ', ' order by a ->> 'number')
	from jsonb_array_elements(fixture.call(p_who, 'list_attachments', '{"municipality_code": "401005"}') -> 'attachments') a $$;
create function pg_temp.downloaded(p_who text) returns text language plpgsql as $$
begin
	perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), array['municipality', 'secretariat', 'ministry'], 10000);
	return (select d.reply::jsonb #>> '{record,id}' from renkei_api.download_attachment('401005-2016Q3-A1', 0) d);
end $$;
select is(array[pg_temp.evidence('ministry'), pg_temp.evidence('442011')], array_fill('A1 activities seminar.2016-10, A2, A3 activities seminar.2016-10'::text, array[2]),
	'others know what an attachment is evidence for');
insert into fixture.report select 'third', f.bytes, f.document || '{"base_version": 2, "action": "REPORT_ACTION_CORRECT", "change_reason": "訂正"}'
	|| jsonb_build_object('activities', (select jsonb_agg(a || '{"disclosure": "DISCLOSURE_SECRETARIAT"}') from jsonb_array_elements(f.document -> 'activities') a))
	from fixture.report f where f.name = 'full';
select is(fixture.submit('401005', 'third', 10) #>> '{refusal,reason}', null, 'a correction keeps it to the secretariat');
select is(array[pg_temp.evidence('ministry'), pg_temp.evidence('442011')], array_fill('A1, A2, A3'::text, array[2]), 'and from then on nobody else is told of it');
select is(array[pg_temp.evidence('401005'), pg_temp.evidence('a401005'), pg_temp.evidence('secretariat')],
	array_fill('A1 activities seminar.2016-10, A2, A3 activities seminar.2016-10, A4 activities seminar.2016-10'::text, array[3]), 'but its own house and the secretariat');
select is(array[pg_temp.downloaded('401005'), pg_temp.downloaded('442011')], array['seminar.2016-10', null], 'who fetches the file neither');
select is(array(select fixture.refused(w, 'get_attachment_receipt', format('{"number": "401005-2016Q3-A%s"}', n)::jsonb) ->> 'reason'
		from (values ('ministry', 1), ('442011', 3), ('ministry', 2), ('401005', 1), ('secretariat', 4)) as t (w, n)),
	array['CONTENT_NOT_DISCLOSED', 'CONTENT_NOT_DISCLOSED', null, null, null], 'a receipt that names it cannot be given in part');
select fixture.accept('secretariat', '401005-2016Q3-3', 11);
select matches(pg_temp.exported('parties'), '^A1 minutes 3 \w+, A2 3 \w+, A3 other 3 \w+$', 'and exports do not name it');
select * from finish();
rollback;
