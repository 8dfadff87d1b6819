-- Exports: one run is one attempt's, whoever comes late counts for nothing; and the views show what was accepted, and nobody's secrets.
begin;
select plan(71);
create function pg_temp.us(p timestamptz) returns bigint language sql as $$ select (extract(epoch from p) * 1000000)::bigint $$;
create function pg_temp.look(p_sql text) returns text language plpgsql as $$
declare
	said text;
begin
	perform set_config('renkei.exports', 'on', true);
	execute p_sql into said;
	perform set_config('renkei.exports', '', true);
	return said;
end $$;

create function pg_temp.claim(p_name text, p_due bigint, p_holder text, p_seconds integer) returns integer language sql as $$
	select renkei_api.claim_export(p_name, p_due, p_holder, p_seconds, (select changed_at from renkei_api.export_work(p_name))) $$;

-- The lease.
select renkei_api.keep_export_schedule('weekly', 'weekly', 'Asia/Tokyo', 'csv', 'renkei://x');
select is(pg_temp.claim('weekly', 1000000, 'a:1', 60), 1, 'the first to come takes the run');
select is(pg_temp.claim('weekly', 1000000, 'b:2', 60), null, 'nobody else, while it is theirs');
select is(pg_temp.claim('weekly', 2000000, 'b:2', 60), 1, 'another moment is another run');
select is(renkei_api.claim_export('weekly', 2500000, 'b:2', 60, 1), null, 'none of a schedule that was changed since it was read');
select is(renkei_api.claim_export('none', 2500000, 'b:2', 60, 1), null, 'nor of one that was removed');
select is(pg_temp.look('select count(*)::text from renkei.export_run where due_at = to_timestamp(2.5)'), '0', 'and nothing is written');
select is(renkei_api.renew_export('weekly', 1000000, 1, 60), true, 'it can be renewed');
select pg_temp.look($$update renkei.export_run set lease_until = clock_timestamp() - interval '1 s' where due_at = to_timestamp(1) returning ''$$);
select is(pg_temp.claim('weekly', 1000000, 'b:2', 60), 2, 'once its time is over another takes it');
select is(renkei_api.renew_export('weekly', 1000000, 1, 60), false, 'then it is lost for the first');
select is(renkei_api.finish_export('weekly', 1000000, 1, '{"id": "x", "as_of": "2016-07-01", "bytes": 1, "files": 1, "rows": 1}', ''), false, 'whose bundle counts for nothing');
select is(renkei_api.fail_export('weekly', 1000000, 1, 'late', ''), null, 'nor does what it says of its failure');
select is(renkei_api.finish_export('weekly', 1000000, 2, '{"id": "y", "as_of": "2016-07-01", "bytes": 1, "files": 1, "rows": 1}', ''), true, 'that of the second does');
select is(pg_temp.claim('weekly', 1000000, 'c:3', 60), null, 'what is done is done');

-- Failure.
select is(renkei_api.fail_export('weekly', 2000000, 1, 'the disk is full', ''), 30, 'a failed run waits');
select is(pg_temp.claim('weekly', 2000000, 'b:2', 60), null, 'so long');
select is(pg_temp.look('select why from renkei.export_run where due_at = to_timestamp(2)'), 'the disk is full', 'and says why');
do $$ begin
	for attempt in 2..9 loop
		perform pg_temp.look('update renkei.export_run set retry_at = clock_timestamp() where due_at = to_timestamp(2) returning ''''');
		perform pg_temp.claim('weekly', 2000000, 'b:2', 60);
		perform set_config('fixture.pauses', concat_ws(',', nullif(current_setting('fixture.pauses', true), ''),
			renkei_api.fail_export('weekly', 2000000, attempt, 'again', '')), true);
	end loop;
end $$;
select is(current_setting('fixture.pauses'), '60,120,240,480,960,1920,3600,3600', 'doubling to an hour');

-- Retention.
select pg_temp.look($$update renkei.export_schedule set keep = 2 where name = 'weekly' returning ''$$);
select is(renkei_api.finish_export('weekly', n * 1000000, pg_temp.claim('weekly', n * 1000000, 'a:1', 60),
	jsonb_build_object('id', 'b' || n, 'as_of', '2016-07-01', 'bytes', 1, 'files', 1, 'rows', 1), ''), true, 'run ' || n) from generate_series(3, 5) n;
select results_eq($$select renkei_api.retire_exports('weekly')$$, array['b3', 'y'], 'those beyond what is kept are told');
select is_empty($$select renkei_api.retire_exports('weekly')$$, 'once');
select is((select handled_to from renkei_api.export_work('weekly')) >= 5000000, true, 'and the schedule knows how far it is');
create temp table handled as select handled_to from renkei_api.export_work('weekly');
select is(renkei_api.finish_export('weekly', 4102444800000000, pg_temp.claim('weekly', 4102444800000000, 'a:1', 60),
	'{"id": "old", "as_of": "2015-07-01", "bytes": 1, "files": 1, "rows": 1}', ''), true, 'one of an earlier moment is made by hand');
select is((select handled_to from renkei_api.export_work('weekly')), (select handled_to from handled), 'what falls due is not handled by it');
select is_empty($$select renkei_api.retire_exports('weekly')$$, 'it stays, and those of later data stay');
select pg_temp.look($$update renkei.export_schedule set paused = true where name = 'weekly' returning ''$$);
select is_empty('select * from renkei_api.export_work(null)', 'a paused one is not told to who keeps schedules');

-- Calls.
create temp table asked as select n, format('{"request_id": "00000000-0000-4000-8000-0000000000%s", "schedule": {"name": "daily", "calendar": "daily", "formats": ["csv"]}}', n)::jsonb as request
	from generate_series(41, 42) n;
select is(fixture.call('secretariat', 'put_export_schedule', request) #>> '{schedule,time_zone}', 'Asia/Tokyo', 'the secretariat makes one') from asked where n = 41;
select is(fixture.call('secretariat', 'put_export_schedule', request), fixture.call('secretariat', 'put_export_schedule', request), 'a request again is the same one') from asked where n = 41;
select is(fixture.refused('secretariat', 'put_export_schedule', jsonb_set(request, '{schedule,name}', '"Täglich"')) ->> 'reason', 'ARGUMENT_INVALID', 'names are plain')
	from asked where n = 42;
select is(fixture.refused(who, 'put_export_schedule', request) ->> 'reason', 'ROLE_NOT_ALLOWED', 'not ' || who) from asked a,
	unnest(array['analyst', 'ministry', '401005', 'operator']) who where n = 42;
select is(fixture.call('analyst', 'list_exports') #>> '{runs,0,bundle}', 'weekly/b5', 'an analyst sees what there is, latest first');
select is(jsonb_array_length(fixture.call('analyst', 'list_exports') -> 'runs'), 3, 'and what is kept only');
select is(fixture.refused('401005', 'list_exports') ->> 'reason', 'ROLE_NOT_ALLOWED', 'a municipality does not');
select is(fixture.refused('analyst', 'remove_export_schedule', '{"request_id": "00000000-0000-4000-8000-000000000050", "name": "daily"}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'nor removes');

-- Who is written to is told to who writes.
select pg_temp.look($$update renkei.export_schedule set recipients = '{a@example.jp}' where name = 'weekly' returning ''$$);
select is(jsonb_path_query_first(fixture.call(who, 'list_export_schedules'), '$.schedules[*] ? (@.name == "weekly").recipients'), '["a@example.jp"]', who || ' sees the addresses')
	from unnest(array['secretariat', 'operator']) who;
select is(jsonb_path_query_first(fixture.call(who, 'list_export_schedules'), '$.schedules[*] ? (@.name == "weekly").recipients'), null, who || ' does not')
	from unnest(array['ministry', 'analyst']) who;

-- What the views show an analyst.
select set_config('renkei.role', 'secretariat', true);
insert into renkei.evaluation_statement (first_fiscal_year, last_fiscal_year, statement_id, part, position, text, rule)
values (2014, 2016, 'P1', 'progress', 1, '参加が増加', '{}'), (2016, 2017, 'P1', 'progress', 1, '参加が増加', '{}'), (2017, 2017, 'P1', 'progress', 1, '参加が増加', '{}');
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
select fixture.accept('secretariat', '401005-2016Q3-1', 3);
-- As if it had come in the place of another.
alter table renkei.report_version disable trigger user;
select set_config('renkei.tenant', '*', true);
update renkei.report_version set change_reason = '誤記' where receipt_number = '401005-2016Q3-1';
insert into renkei.figure_choice (municipality_code, activity_id, figure, entry, chosen, reason, decided_at, principal_uri)
select distinct a.municipality_code, a.activity_id, 'persons'::renkei.event_figure, 1, true, '名簿による', clock_timestamp(), fixture.uri('secretariat')
from renkei.activity a where a.municipality_code = '401005' and a.disclosure = 'public';
select set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);
set local role renkei_analyst;
-- Later than this transaction, in which it was accepted.
select set_config('renkei.export_as_of', '2199-01-01', true);
select is((select string_agg(receipt_number, ',') from renkei_api.export_reports), '401005-2016Q3-1', 'what was not accepted is not there');
select set_config('renkei.export_versions', 'all', true);
select is((select string_agg(receipt_number, ',') from renkei_api.export_reports), '401005-2016Q3-1', 'nor when all versions are asked for');
select is_empty($$select from renkei_api.export_activities where disclosure = 'secretariat' union all select from renkei_api.export_needs where disclosure = 'secretariat'
	union all select from renkei_api.export_outcomes where disclosure = 'secretariat' union all select from renkei_api.export_challenges where disclosure = 'secretariat'$$,
	'nothing for the secretariat alone');
select is(array[(select count(*) from renkei_api.export_type_history where reason is not null or evidence is not null) > 0,
	(select count(*) from renkei_api.export_cost_lines where activity_id = '') > 0, exists (select from renkei_api.export_reports where change_reason is not null)],
	array[true, true, true], 'reasons, evidence and costs of no event are there');
select set_config('renkei.export_disclosure', 'public', true);
select is_empty($$select from renkei_api.export_activities where disclosure is distinct from 'public'$$, 'of what is public only that');
select is(array[(select count(*) from renkei_api.export_type_history where reason is not null or evidence is not null) > 0,
	(select count(*) from renkei_api.export_cost_lines where activity_id = '') > 0], array[false, false], 'nor reasons, evidence and costs of no event, which have no level');
select is_empty('select from renkei_api.export_reports where change_reason is not null', 'nor why a report was changed');
select is(array[count(*) > 0, count(reason) > 0], array[true, false], 'nor why the secretariat chose a figure') from renkei_api.export_event_decisions;
select set_config('renkei.export_disclosure', '', true), set_config('renkei.export_as_of', '2016-01-01', true);
select is_empty('select from renkei_api.export_reports', 'before it was accepted it was not there');
select is_empty('select from renkei_api.export_iati', 'nor its events as activities of IATI');
select set_config('renkei.export_as_of', '2199-01-01', true);
select is((select count(*) from renkei_api.export_iati where element like '%hierarchy="2"%'), (select count(*) from renkei_api.export_activities where scope is distinct from 'related_only'),
	'as IATI each record is told once, without those that are only related');
select ok((select bool_and(element is document) from (select element::xml from renkei_api.export_iati) e), 'as an element each');
select is((select count(distinct (indicator_id, series, first_fiscal_year, last_fiscal_year)) from renkei_api.export_indicators), (select count(*) from renkei_api.export_indicators),
	'a number of an indicator is told once');
select ok((select count(*) from renkei_api.export_indicators where indicator_id = 'P2.1' and value > 0) > 0, 'and counts what was accepted');
select is((select string_agg(distinct first_fiscal_year || '-' || last_fiscal_year, ' ') from renkei_api.export_indicators),
	'2014-2014 2014-2016 2015-2015 2016-2016 2016-2017 2017-2017', 'by year and over the years of each evaluation');
select set_config('renkei.export_disclosure', 'public', true);
select is_empty('select from renkei_api.export_indicators', 'none where what is public is asked for');
select is((select count(*) from renkei_api.export_statements), 0::bigint, 'nor statements');
select set_config('renkei.export_disclosure', '', true);
select set_config('renkei.export_as_of', '', true);
-- Sentences: a column is one unless it is known to be none, so that a new one stays at home.
select is((select array_agg(table_name || '.' || name order by table_name, position) from renkei_api.export_columns where free_text), array['activities.scope_reason', 'activities.result', 'attachments.file_name', 'challenges.text', 'challenges.support_wanted', 'cooperations.source',
	'cost_lines.note', 'environmental_values.statistic', 'environmental_values.source', 'event_decisions.reason', 'needs.text_ja', 'needs.text_zh',
	'needs.supplied_by', 'needs.addressed_to', 'organisations.issue', 'organisations.learned_text', 'outcome_evidence.evidence',
	'outcomes.text', 'participation.basis', 'policy_contributions.text', 'policy_contributions.agreement', 'projects.problem',
	'projects.intended_user', 'projects.output', 'projects.use_in_policy', 'projects.measure', 'projects.reduction_text',
	'projects.indicator', 'projects.result_report', 'reports.change_reason', 'statements.text', 'type_history.reason', 'type_history.evidence'], 'sentences of people');
select is_empty($$select from renkei_api.export_columns where free_text and (key or company_name or codes is not null or type <> 'text')$$, 'no key, code or name of a company is one');
reset role;
select is(array(select renkei.corporate_number(code) from unnest(array['130001', '270008', '401005']) code), array['8000020130001', '4000020270008', '8000020401005'],
	'corporate numbers are those of the National Tax Agency');
set local role renkei_analyst;
select throws_ok('select from renkei.export_run', '42501', null, 'the runs themselves are nobody''s to read');
reset role;

-- Corrections: what a bundle holds is known of its run, whatever becomes of the schedule.
select set_config('renkei.export_as_of', '', true), set_config('renkei.export_versions', '', true);
update fixture.report set document = jsonb_set(document, '{base_version}', '1') where name = 'full3';
select is(fixture.submit('401005', 'full3', 9) -> 'receipt' ->> 'number', '401005-2016Q3-2', 'a report is corrected');
select is(fixture.accept('secretariat', '401005-2016Q3-2', 9) -> 'answer' -> 'summary' ->> 'state', 'REPORT_STATE_ACCEPTED', 'which is accepted');
select renkei_api.keep_export_schedule('told', 'weekly', 'Asia/Tokyo', 'csv', 'renkei://x');
select renkei_api.finish_export('told', 1000000, pg_temp.claim('told', 1000000, 'a:1', 60), jsonb_build_object('id', 't1', 'as_of', r.first_accepted_at, 'bytes', 1, 'files', 1, 'rows', 1), '')
from renkei.report r where r.municipality_code = '401005' and r.quarter = 3;
create function pg_temp.told(p_change text) returns text language plpgsql as $$
begin
	perform pg_temp.look(p_change || ' returning ''''');
	return (select concat_ws(' ', r ->> 'correction_count', r #>> '{corrections,0,reason}') from jsonb_array_elements(fixture.call('analyst', 'list_exports', '{"schedule": "told"}') -> 'runs') r);
end $$;
select is(pg_temp.told('update renkei.export_schedule set keep = 3 where name = ''told'''), '1 人数の訂正', 'a correction is told with why');
select is(pg_temp.told('update renkei.export_schedule set public_only = true, free_text = false, changed_at = clock_timestamp() where name = ''told'''), '1 人数の訂正',
	'also when the schedule was changed since');
select is(pg_temp.told('delete from renkei.export_schedule where name = ''told'''), '1 人数の訂正', 'or removed');
select is(pg_temp.told('update renkei.export_run set free_text = false where name = ''told'''), '1', 'without, of a bundle without sentences of people');
select is(pg_temp.told('update renkei.export_run set public_only = null, free_text = null where name = ''told'''), '1', 'and of one of which nobody knows what it holds');
select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
select is((select array_agg(public_only) from renkei_api.export_corrections('told')), array[true], 'figures that are public are told alone');
select * from finish();
rollback;
