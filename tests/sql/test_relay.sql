-- Reports that an officer sealed and somebody else relayed: the officer's, with a note of who brought them.
begin;
select plan(27);
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

-- What an approver sealed.
create function pg_temp.decide(p_who text, p_act text, p_number integer, p_more jsonb, p_by text default '400009') returns jsonb language plpgsql as $$
declare
	said text;
begin
	perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), '{municipality,approver}', 10000);
	return renkei_api.relay_decision(p_act, jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', '401005', 'period',
		renkei_api.period_json(2016, 3, 'regular'), 'version', 1) || p_more, '0123456789abcdef',
		jsonb_build_object('relayed_by', fixture.uri(p_by), 'sealed_at', 1480000000, 'head', '0a0b', 'body', '0c', 'signature', 'ff'));
exception when others then
	get stacked diagnostics said = pg_exception_detail;
	return said::jsonb;
end $$;
create function pg_temp.decisions() returns jsonb language sql as $$
	select coalesce(jsonb_agg(jsonb_build_array(l.request_id, q.method, l.principal_uri, l.sealed_at at time zone 'UTC', encode(l.head || l.body, 'hex'), encode(l.signature, 'hex')) order by q.method), '[]')
	from renkei.decision_relay l join renkei.request q using (municipality_code, request_id) $$;
select fixture.require_release('401005', true, 900);
create temp table prepared as select encode(sha256(r.bytes), 'hex') as sha256, fixture.submit('401005', 'full', 50) as outcome from fixture.report r where r.name = 'full';
select is((select outcome #>> '{receipt,timeliness}' from prepared), 'TIMELINESS_AWAITING_RELEASE', 'what was prepared awaits its release');
select is(pg_temp.decide('a401005', 'release', 51, (select jsonb_build_object('sha256', sha256, 'validate_only', true) from prepared)) #>> '{summary,receipt_number}', '401005-2016Q3-1', 'a dry run says what would be released');
select is(pg_temp.decisions(), '[]', 'and notes nothing');
select is(pg_temp.decide('a401005', 'release', 51, '{"sha256": "00"}') ->> 'reason', 'DIGEST_MISMATCH', 'what was not seen is not released');
select is(pg_temp.decide('401005', 'release', 51, (select jsonb_build_object('sha256', sha256) from prepared)) ->> 'reason', 'RELEASE_BY_PREPARER', 'nor by who prepared it');
select is(pg_temp.decide('401005', 'send_back', 51, '{"reason": "x"}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'who does not send it back either');
select is(pg_temp.decide('a401005', 'send_back', 52, '{"reason": "人数の根拠"}') #>> '{summary,state}', 'REPORT_STATE_SENT_BACK', 'the approver sends it back');
select fixture.submit('401005', 'full2', 53);
create temp table released as select pg_temp.decide('a401005', 'release', 54, jsonb_build_object('version', 2, 'sha256', encode(sha256(r.bytes), 'hex'))) as answer from fixture.report r where r.name = 'full2';
select is((select answer #>> '{receipt,number}' from released), '401005-2016Q3-2', 'and releases the next one');
select is(pg_temp.decisions(), jsonb_build_array(jsonb_build_array(fixture.id(54), 'release', fixture.uri('400009'), '2016-11-24T15:06:40', '0a0b0c', 'ff'),
	jsonb_build_array(fixture.id(52), 'send_back', fixture.uri('400009'), '2016-11-24T15:06:40', '0a0b0c', 'ff')), 'who brought each stands beside it, with the seal');
select is(pg_temp.decide('a401005', 'release', 54, (select jsonb_build_object('version', 2, 'sha256', encode(sha256(r.bytes), 'hex')) from fixture.report r where r.name = 'full2'), 'secretariat') - 'replayed',
	(select answer from released), 'brought again, it is the same release and receipt');
select is(jsonb_array_length(pg_temp.decisions()), 2, 'and the first note stays the only one');
select is((select principal_uri from renkei.report_release where municipality_code = '401005'), fixture.uri('a401005'), 'the approver is who released it');
select throws_ok($$delete from renkei.decision_relay$$, 'RK403', null, 'a note stays');
select * from finish();
rollback;
