-- A version beside the accepted reports before it: compared behind its submission, once, with exactly which reports.
begin;
select plan(19);
insert into fixture.report select 'q2', f.bytes, f.document || '{"period": {"fiscal_year": 2016, "quarter": "QUARTER_Q2", "variant": "VARIANT_REGULAR"}}' from fixture.report f where f.name = 'full';
create function pg_temp.next(p_minutes integer default 0) returns text language sql as $$
	select renkei_api.begin_work('comparisons', 1000);
	select string_agg(concat_ws(' ', n.place, n.municipality_code, n.receipt_number, left(n.sha256, 6), octet_length(n.report) > 0), ', ' order by n.place)
	from renkei_api.next_comparison(clock_timestamp() + p_minutes * interval '1 minute') n $$;
create function pg_temp.shown(p_who text, p_more jsonb default '{}') returns jsonb language sql as $$
	select fixture.call(p_who, 'get_report', '{"receipt_number": "401005-2016Q3-1"}' || p_more) -> 'comparison' $$;

select fixture.submit('401005', 'q2', 1);
select renkei_api.index_search();
select is((select count(*) from renkei.comparison_pending), 0::bigint, 'without an accepted report before it nothing is compared');
select is(fixture.accept('secretariat', '401005-2016Q2-1', 2) #>> '{answer,summary,state}', 'REPORT_STATE_ACCEPTED', 'one is accepted');
select fixture.submit('401005', 'full', 3);
select is((select count(*) from renkei.comparison_pending), 0::bigint, 'a submission does not wait for it');
select renkei_api.index_search();
select is((select count(*) from renkei.comparison_pending), 1::bigint, 'behind it the next one waits');
create temp table first as select pg_temp.next() as told;
select is((select told from first), format('0 401005 t, 1 401005 401005-2016Q2-1 %s t', (select left(encode(v.sha256, 'hex'), 6) from renkei.report_version v where v.receipt_number = '401005-2016Q2-1')),
	'the version, and what was accepted before it with its digest');
select is(pg_temp.next(), null, 'who asks has it for five minutes');
select is(pg_temp.next(6) is not null, true, 'then another one');
select is(pg_temp.shown('401005'), null, 'nothing is shown of what was not compared');
create function pg_temp.keep() returns bigint language sql as $$
	select renkei_api.begin_work('comparisons', 1000);
	select renkei_api.keep_comparison('401005', (select v.version_id from renkei.report_version v where v.receipt_number = '401005-2016Q3-1'),
		'{"verdict": {"warning_count": 1, "findings": [{"code": "PARTICIPANTS_FAR_MORE", "severity": "SEVERITY_WARNING"}]},
			"receipt_numbers": ["401005-2016Q2-1"], "compared": [{"receipt_number": "401005-2016Q2-1", "sha256": "00"}]}') $$;
select is(array[pg_temp.keep(), pg_temp.keep()], array[1, 0]::bigint[], 'it is kept once');
select is((select count(*) from renkei.comparison_pending), 0::bigint, 'and waits no more');
select is((select warning_count from renkei.report_comparison), 1, 'with its warnings counted');
select is(pg_temp.shown('401005') - 'compared_at', '{"verdict": {"warning_count": 1, "findings": [{"code": "PARTICIPANTS_FAR_MORE", "severity": "SEVERITY_WARNING"}]},
	"receipt_numbers": ["401005-2016Q2-1"], "compared": [{"receipt_number": "401005-2016Q2-1", "sha256": "00"}]}', 'the municipality sees it with the version');
select is(pg_temp.shown('secretariat') is not null, true, 'and the secretariat');
select is(fixture.accept('secretariat', '401005-2016Q3-1', 4) #>> '{answer,summary,state}', 'REPORT_STATE_ACCEPTED', 'it is accepted');
select is(pg_temp.shown('secretariat', jsonb_build_object('as_of', renkei.time_json((select compared_at - interval '1 ms' from renkei.report_comparison)))), null, 'it was not known before');
select throws_ok('update renkei.report_comparison set warning_count = 0', 'RK403', null, 'it is never changed');
-- What cannot be compared is let go.
insert into renkei.comparison_pending select v.municipality_code, v.version_id, clock_timestamp(), 5 from renkei.report_version v where v.receipt_number = '401005-2016Q3-1';
select is(pg_temp.next(), null, 'what failed five times');
select is((select count(*) from renkei.comparison_pending), 0::bigint, 'is not tried for ever');
select renkei_api.rebuild_search();
select is((select count(*) from renkei.comparison_pending), 0::bigint, 'what was compared is not compared again');
select * from finish();
rollback;
