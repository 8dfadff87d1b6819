-- The views of an analyst: accepted versions, without what is for the secretariat only.
begin;
select plan(29);
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
insert into fixture.report select list, bytes, jsonb_build_object('municipality_code', '281000', 'period', document -> 'period',
	'action', case n when 1 then 'REPORT_ACTION_NEW' else 'REPORT_ACTION_REPLACE' end, 'base_version', n - 1, list, document -> list)
from fixture.report, unnest(array['needs', 'outcomes', 'challenges', 'projects', 'policy_contributions']) with ordinality as t (list, n) where name = 'full';
select is(fixture.submit('281000', list, 20 + n::int) is not null and fixture.refused('ministry', 'get_report',
	jsonb_build_object('receipt_number', '281000-2016Q3-' || n)) ->> 'reason' = 'CONTENT_NOT_DISCLOSED', true, 'the ministry cannot read ' || list || ' for the secretariat only')
from unnest(array['needs', 'outcomes', 'challenges', 'projects', 'policy_contributions']) with ordinality as t (list, n);
select * from finish();
rollback;
