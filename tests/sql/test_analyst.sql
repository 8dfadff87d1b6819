-- The views of an analyst: accepted versions, without what is for the secretariat only.
begin;
select plan(40);
update fixture.report set document = jsonb_set(document, '{activities,1,disclosure}', '"DISCLOSURE_SECRETARIAT"') where name = 'full';
do $$
declare
	list text;
begin
	foreach list in array array['needs', 'outcomes', 'challenges', 'projects', 'policy_contributions'] loop
		update fixture.report set document = jsonb_set(document, array[list, '0', 'disclosure'], '"DISCLOSURE_SECRETARIAT"') where name = 'full';
	end loop;
end $$;
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
select fixture.accept('secretariat', '401005-2016Q3-1', 1);
select set_config('renkei.tenant', '', true), set_config('renkei.role', '', true), set_config('renkei.principal', '', true);
set local role renkei_analyst;
select is((select array_agg(receipt_number) from renkei_api.reports), array['401005-2016Q3-1'] collate "C", 'only accepted reports are there');
select is((select count(*) from renkei_api.activities), 4::bigint, 'an event for the secretariat only is not');
select is((select count(*) from renkei_api.activity_partners where partner_code = '120000'), 0::bigint, 'nor are its parts');
select is((select string_agg(outcome_id, ' ' order by position) from renkei_api.outcomes), 'o2 o3', 'an outcome for the secretariat only is not');
select is((select (select count(*) from renkei_api.needs) + (select count(*) from renkei_api.challenges)
	+ (select count(*) from renkei_api.projects) + (select count(*) from renkei_api.policy_contributions)), 0::bigint, 'nor a need, a challenge, a project, a contribution');
select is((select (select count(*) from renkei_api.outcome_categories) + (select count(*) from renkei_api.project_partners)
	+ (select count(*) from renkei_api.project_municipalities) + (select count(*) from renkei_api.project_bodies)
	+ (select count(*) from renkei_api.environmental_values) + (select count(*) from renkei_api.outcome_evidence)
	+ (select count(*) from renkei_api.policy_contribution_projects)), 0::bigint, 'nor their parts');
select is((select string_agg(name, '') from renkei_api.organisations), null, 'a company is not named without its consent');
select is((select actual_start || ' ' || actual_start_precision from renkei_api.activities where activity_id = 'research'), '2016-04 month',
	'dates are as exact as they are known');
select is((select array_agg(scheme::text order by position) from renkei_api.activity_schemes), array['moe_platform', 'jica_grassroots'], 'schemes stand beside their event');
select is((select array_agg(payer_municipality_code::text) from renkei_api.report_cost_lines where payer_municipality_code is not null), array['281000'],
	'a municipality that pays is named');
select is((select count(*) from renkei_api.municipalities), 8::bigint, 'the registry can be read');
select is((select string_agg(receipt_number, ',') from renkei_api.type_history), '401005-2016Q3-1', 'a type that a report changed names the report');
-- A condition that fails names in its error the row it was tried on.
select lives_ok($$select 1 from renkei_api.outcomes where case when outcome_id = 'o1' then 1 / length(left(outcome_id, 0)) else 1 end = 1$$,
	'a condition that fails is not tried on what a view leaves out');
select lives_ok($$select 1 from renkei_api.outcomes where case when text like '%' and municipality_code = '400009' then 1 / length(left(outcome_id, 0)) else 1 end = 1$$,
	'nor on what is not accepted');
select throws_ok($$select 1 from renkei_api.outcomes where case when outcome_id = 'o2' then 1 / length(left(outcome_id, 0)) else 1 end = 1$$, '22012', null, 'only on what it shows');
select throws_ok($$select 1 from renkei.activity$$, '42501', null, 'a table cannot');
select throws_ok($$insert into renkei_api.themes (theme) values ('voc')$$, '42501', null, 'nothing can be written');
select throws_ok($$select renkei_api.begin_call('a', 'b', '{}', 1)$$, '42501', null, 'no function can be called');
select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true);
select is((select count(*) from renkei_api.reports), 1::bigint, 'settings made by hand open nothing more');
select is((select count(*) from renkei_api.activities), 4::bigint, 'of content neither');
reset role;
set local role renkei_daemon;
select throws_ok($$select 1 from renkei_api.reports$$, '42501', null, 'the views are not the daemon''s');
reset role;
select is(jsonb_path_query_array(fixture.call('analyst', 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), '$.rows[*].outcomes[*].outcome_id'),
	'["o2"]', 'the table of outcomes leaves it out for an analyst');
select is(jsonb_path_query_array(fixture.call('secretariat', 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), '$.rows[*].outcomes[*].outcome_id'),
	'["o1", "o2"]', 'but not for the secretariat');
select is(jsonb_path_query_array(fixture.call('ministry', 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), '$.rows[*].outcomes[*].outcome_id'),
	'["o2"]', 'nor for the ministry');
-- What is fixed goes to others: it holds what they may read, whoever fixed it.
create function pg_temp.kept(p jsonb) returns jsonb language sql as $$
	select fixture.call('ministry', 'get_evaluation_snapshot', jsonb_build_object('snapshot_id', fixture.call('secretariat', 'fix_evaluation',
		'{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "state": "EVALUATION_STATE_DRAFT"}' || jsonb_build_object('request_id', gen_random_uuid()) || p) #> '{snapshot,snapshot_id}')) -> 'document' $$;
create function pg_temp.ids(p jsonb) returns jsonb language sql as $$ select jsonb_path_query_array(p, '$.rows[*].outcomes[*].outcome_id') $$;
create temp table kept as select pg_temp.kept('{}') as document;
select is(pg_temp.ids(document), '["o2"]', 'nor in an evaluation that the secretariat fixes') from kept;
select is(jsonb_path_exists(document, '$.rows[*].sha256'), false, 'a row with something left out has no digest of the whole') from kept;
select fixture.call('401005', 'confirm_outcomes', jsonb_build_object('request_id', gen_random_uuid(), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'sha256',
	fixture.call('401005', 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}') #> '{rows,0,sha256}'));
select is(jsonb_path_exists(pg_temp.kept('{"state": "EVALUATION_STATE_FINAL"}'), '$.rows[*] ? (@.municipality_code == "401005").confirmed_at'), true,
	'confirmed it is all the same: its municipality confirmed the whole row');
create temp table opened as select pg_temp.kept('{}');
select is(jsonb_array_length(fixture.call('secretariat', 'import_registry', jsonb_build_object('request_id', gen_random_uuid(), 'registry',
	'{"evaluation_rows": [{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "municipality_code": "401005", "bullets": [{"text": "内々の成果", "outcome_ids": ["o1", "o2"]},
		{"text": "公の成果", "outcome_ids": ["o2"]}]}], "evaluation_statements": [{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "statement_id": "I4",
		"part": "EVALUATION_PART_PROGRESS", "position": 1, "text": "x", "rule": {}}, {"first_fiscal_year": 2014, "last_fiscal_year": 2016, "statement_id": "I1",
		"part": "EVALUATION_PART_PROGRESS", "position": 2, "text": "y", "rule": {}}]}'::jsonb)) -> 'changes'), 3, 'lines are chosen, one of them rests on it');
select is(jsonb_path_query_array(fixture.call(who, 'get_outcome_table', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), '$.rows[*].outcomes[*].text'), lines, 'chosen lines for ' || who)
from (values ('ministry', '["公の成果"]'::jsonb), ('analyst', '["公の成果"]'), ('secretariat', '["内々の成果", "公の成果"]')) as v (who, lines);
select is(jsonb_path_query_array(fixture.call(who, 'get_registry'), '$.registry.evaluation_rows[*].bullets[*].text'), lines, 'and in the registry for ' || who)
from (values ('analyst', '["公の成果"]'::jsonb), ('secretariat', '["内々の成果", "公の成果"]')) as v (who, lines);
-- Statements count what is for the secretariat alone, and do not name it.
create function pg_temp.named(p_who text) returns jsonb language sql as $$
	select jsonb_path_query_array(fixture.call(p_who, 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'), '$.document.findings[*].indicators[*].values[*].*[*]')
	$$;
create temp table secret as select '401005-2016Q3-1#' || id as ref from (select need_id::text as id from renkei.need where municipality_code = '401005' and disclosure = 'secretariat'
	union all select outcome_id from renkei.outcome where municipality_code = '401005' and disclosure = 'secretariat') x;
select is(array[(select bool_or(pg_temp.named('secretariat') ? ref) from secret), (select bool_or(pg_temp.named('ministry') ? ref or pg_temp.kept('{}') -> 'findings' @? format('$[*].indicators[*].values[*].*[*] ? (@ == "%s")', ref)::jsonpath) from secret)],
	array[true, false], 'records for the secretariat alone are named to it alone');
select is((select jsonb_path_query_array(fixture.call('ministry', 'get_evaluation', q), p)), jsonb_path_query_array(fixture.call('secretariat', 'get_evaluation', q), p), 'and counted for all')
from (values ('{"first_fiscal_year": 2014, "last_fiscal_year": 2016}'::jsonb, '$.document.findings[*].indicators[*].values[*].value'::jsonpath)) as v (q, p);
insert into fixture.report select list, bytes, jsonb_build_object('municipality_code', '281000', 'period', document -> 'period',
	'action', case n when 1 then 'REPORT_ACTION_NEW' else 'REPORT_ACTION_REPLACE' end, 'base_version', n - 1, list, document -> list)
from fixture.report, unnest(array['needs', 'outcomes', 'challenges', 'projects', 'policy_contributions']) with ordinality as t (list, n) where name = 'full';
select is(fixture.submit('281000', list, 20 + n::int) is not null and fixture.refused('ministry', 'get_report',
	jsonb_build_object('receipt_number', '281000-2016Q3-' || n)) ->> 'reason' = 'CONTENT_NOT_DISCLOSED', true, 'the ministry cannot read ' || list || ' for the secretariat only')
from unnest(array['needs', 'outcomes', 'challenges', 'projects', 'policy_contributions']) with ordinality as t (list, n);
select * from finish();
rollback;
