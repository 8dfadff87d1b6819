-- Which accepted reports a report is seen beside, and who may see them.
begin;
select plan(12);
create function pg_temp.send(p_who text, p_name text, p_number integer) returns text language sql as $$
	select renkei_api.submit_report(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), format('00000000-0000-4000-8000-%s', lpad(p_number::text, 12, '0')),
		'f', r.bytes, r.document, '{"rule_set_hash": "abcd", "findings": []}', '0123456789abcdef', null) -> 'receipt' ->> 'number'
	from fixture.report r where r.name = p_name $$;
create function pg_temp.accept(p_receipt text, p_number integer) returns text language sql as $$
	select fixture.call('secretariat', 'accept_report', jsonb_build_object('request_id', fixture.id(p_number), 'municipality_code', v.municipality_code,
		'period', renkei_api.period_json(v.fiscal_year, v.quarter, v.variant), 'version', v.version, 'sha256', encode(v.sha256, 'hex')))
		-> 'summary' ->> 'state' from renkei.report_version v where v.receipt_number = p_receipt $$;
create function pg_temp.earlier(p_who text, p_code text, p_year integer, p_quarter integer) returns text[] language plpgsql as $$
begin
	perform renkei_api.begin_call(fixture.uri(p_who), fixture.spki(fixture.uri(p_who)), array['municipality', 'approver', 'secretariat', 'ministry'], 10000);
	return array(select e.receipt_number from renkei_api.earlier_reports(p_code, p_year, p_quarter) e);
end $$;

select is(pg_temp.send('281000', 'kobe_q2', 1), '281000-2016Q2-1', 'a report of the second quarter');
select is(pg_temp.earlier('281000', '281000', 2016, 3), '{}', 'what was not accepted is no earlier report');
select is(pg_temp.accept('281000-2016Q2-1', 2), 'REPORT_STATE_ACCEPTED', 'it is accepted');
select is(pg_temp.earlier('281000', '281000', 2016, 3), '{281000-2016Q2-1}', 'and stands beside the next one');
select is(pg_temp.earlier('a281000', '281000', 2017, 1), '{281000-2016Q2-1}', 'also of another year, and to the approver');
select is(pg_temp.earlier('281000', '281000', 2016, 2), '{}', 'no report is its own earlier one');
select is(pg_temp.earlier('400009', '281000', 2016, 3), '{}', 'another municipality sees nothing of it');
select is(pg_temp.earlier('secretariat', '281000', 2016, 3), '{281000-2016Q2-1}', 'the secretariat does');
select is(pg_temp.earlier('secretariat', '400009', 2016, 3), '{}', 'beside a report of another it stands for nobody');
select is(pg_temp.earlier('281000', '', 0, 0), '{}', 'a report that names no quarter has no earlier ones');
select throws_like($$ select pg_temp.earlier('ministry', '281000', 2016, 3) $$, '%role ministry%', 'the ministry, which may not read every record, is told none');
select is((select e.report from renkei_api.earlier_reports('281000', 2016, 3) e), (select r.bytes from fixture.report r where r.name = 'kobe_q2'),
	'the bytes are those that were received') from (select pg_temp.earlier('281000', '281000', 2016, 3)) as called;
select * from finish();
rollback;
