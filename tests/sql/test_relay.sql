-- Reports that an officer sealed and somebody else relayed: the officer's, with a note of who brought them.
begin;
select plan(14);
create function pg_temp.bring(p_who text, p_name text, p_number integer, p_by text, p_dry text default 'f') returns jsonb language sql as $$
	select s.outcome from fixture.report r, renkei_api.submit_reports(array[fixture.uri(p_who)], array[fixture.spki(fixture.uri(p_who))],
		array[format('00000000-0000-4000-8000-%s', lpad(p_number::text, 12, '0'))], array[p_dry], array[r.bytes], array[r.document],
		array['{"rule_set_hash": "abcd", "warning_count": 1, "findings": []}'::jsonb], '0123456789abcdef', array[''],
		array[case when p_by is null then 'null'::jsonb else jsonb_build_object('relayed_by', fixture.uri(p_by), 'sealed_at', 1480000000, 'head', '0a0b', 'signature', 'ff') end]) s
	where r.name = p_name $$;
create function pg_temp.notes() returns jsonb language sql as $$
	select coalesce(jsonb_agg(jsonb_build_array(v.receipt_number, l.principal_uri, l.sealed_at at time zone 'UTC', encode(l.head, 'hex'), encode(l.signature, 'hex'))
		order by v.receipt_number), '[]') from renkei.report_relay l join renkei.report_version v using (municipality_code, version_id) $$;

select is(pg_temp.bring('281000', 'kobe', 1, '400009', 't'), '{"valid": true}', 'a dry run says that it would pass');
select is(pg_temp.notes(), '[]', 'and notes nothing');
create temp table first as select pg_temp.bring('281000', 'kobe', 1, '400009') as outcome;
select is((select outcome -> 'receipt' ->> 'number' from first), '281000-2016Q3-1', 'it is the officer''s report');
select is((select outcome -> 'receipt' -> 'delegated_by' from first), null, 'which nobody entered for the municipality');
select is((select v.principal_uri from renkei.report_version v where v.receipt_number = '281000-2016Q3-1'), fixture.uri('281000'), 'the officer is who sent it');
select is(pg_temp.notes(), jsonb_build_array(jsonb_build_array('281000-2016Q3-1', fixture.uri('400009'), '2016-11-24T15:06:40', '0a0b', 'ff')), 'who brought it stands beside it, with the seal');
select is(pg_temp.bring('281000', 'kobe', 1, 'secretariat') - 'replayed', (select outcome - 'replayed' from first), 'brought again, it is the same report and receipt');
select is(pg_temp.bring('281000', 'kobe', 1, null) - 'replayed', (select outcome - 'replayed' from first), 'submitted by the officer too');
select is(jsonb_array_length(pg_temp.notes()), 1, 'and the first note stays the only one');
select is(pg_temp.bring('400009', 'kobe', 2, '281000') -> 'refusal' ->> 'reason', 'NOT_YOUR_MUNICIPALITY', 'a seal covers the own municipality alone');
select is(fixture.call('281000', 'get_report', '{"receipt_number": "281000-2016Q3-1"}') -> 'summary' ->> 'relayed_by', fixture.uri('400009'), 'the municipality reads who relayed it');
select is(pg_temp.bring('110001', 'nil', 3, null) -> 'receipt' ->> 'number', '110001-2016Q3-1', 'what came over a line');
select is(fixture.call('110001', 'get_report', '{"receipt_number": "110001-2016Q3-1"}') -> 'summary' -> 'relayed_by', null, 'names nobody');
select throws_ok($$delete from renkei.report_relay$$, 'RK403', null, 'a note stays');
select * from finish();
rollback;
