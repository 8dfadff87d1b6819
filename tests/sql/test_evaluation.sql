-- The evaluation: facts of the programme, indicators with what is certain of them, rules, and the document.
begin;
select plan(47);
create function pg_temp.import(p jsonb) returns jsonb language sql as $$
	select fixture.refused('secretariat', 'import_registry', jsonb_build_object('request_id', gen_random_uuid(), 'registry', p)) $$;
create function pg_temp.doc(p jsonb default '{}', p_who text default 'secretariat') returns jsonb language sql as $$
	select fixture.call(p_who, 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}' || p) -> 'document' $$;
create function pg_temp.fact(p_id text, p jsonb) returns jsonb language sql as $$
	select '{"kind": "FACT_KIND_EVENT", "activity_kind": "ACTIVITY_KIND_JOINT_MEETING", "status": "FACT_STATUS_HELD", "scope": "FACT_SCOPE_PROGRAMME", "fiscal_year": 2016,
		"note": "x", "source": {"publisher": "y"}}' || jsonb_build_object('fact_id', p_id) || p $$;
create function pg_temp.number(p_id text, p_key text default '', p_year integer default 2016) returns jsonb language sql as $$
	select coalesce(jsonb_agg(v - array['fiscal_year', 'key', 'key_label']) -> 0, 'null')
	from (select renkei_api.evaluation_findings(null, false, 2014, 2016, false) as f from (select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true)) s) d,
		jsonb_path_query(d.f, '$[*].indicators[*]') i, jsonb_array_elements(i -> 'values') v
	where i ->> 'indicator_id' = p_id and coalesce(v ->> 'key', '') = p_key and coalesce((v ->> 'fiscal_year')::integer, 0) = p_year $$;
create function pg_temp.statement(p_id text, p_rule jsonb) returns jsonb language sql as $$
	select jsonb_build_object('first_fiscal_year', 2014, 'last_fiscal_year', 2016, 'statement_id', p_id, 'part', 'EVALUATION_PART_PROGRESS', 'position', 1, 'text', p_id,
		'rule', p_rule) $$;

-- importing
select is(pg_temp.import(jsonb_build_object('programme_facts', jsonb_build_array(pg_temp.fact('a', '{"partner_codes": ["310000", "120000"]}')))) -> 'answer' -> 'changes',
	'[{"entity": "programme_fact", "id": "a", "kind": "IMPORT_CHANGE_KIND_CREATED"}]', 'a fact is a record of the registry');
select is(pg_temp.import(jsonb_build_object('programme_facts', jsonb_build_array(pg_temp.fact('a', '{"partner_codes": ["310000", "120000"]}')))) -> 'answer' -> 'changes' -> 0 ->> 'kind',
	'IMPORT_CHANGE_KIND_UNCHANGED', 'and the same again changes nothing');
select is(fixture.call('analyst', 'get_registry') -> 'registry' -> 'programme_facts' -> 0, pg_temp.fact('a', '{"partner_codes": ["310000", "120000"]}'), 'it reads as it was written');
select is((select array_agg(v ->> 'field' || ' ' || (v ->> 'reason') order by v ->> 'field') from jsonb_array_elements(pg_temp.import(jsonb_build_object('programme_facts', jsonb_build_array(
	pg_temp.fact('b c', '{"activity_kind": null, "source": {}}'), pg_temp.fact('d', '{"same_as_fact_id": "d", "municipality_codes": ["401005", "401005"], "partner_codes": ["999"]}'),
	pg_temp.fact('e', '{"began": {"year": 2016, "precision": "DATE_PRECISION_YEAR"}, "ended": {"year": 2014, "precision": "DATE_PRECISION_YEAR"}}'))) ) -> 'violations') v),
	array['registry.programme_facts[0].activity_kind REGISTRY_FACT_KIND_WRONG', 'registry.programme_facts[0].fact_id REGISTRY_ID_WRONG',
		'registry.programme_facts[0].source.publisher REGISTRY_FIELD_EMPTY', 'registry.programme_facts[1].municipality_codes[1] REGISTRY_TWICE',
		'registry.programme_facts[1].partner_codes[0] REGISTRY_PARTNER_CODE_WRONG', 'registry.programme_facts[1].same_as_fact_id REGISTRY_FACT_UNKNOWN',
		'registry.programme_facts[2].ended REGISTRY_DATES_SWAPPED'], 'every mistake is named at once');
select is((select array_agg(v ->> 'field' || ' ' || (v ->> 'reason') order by v ->> 'field') from jsonb_array_elements(pg_temp.import(jsonb_build_object('evaluation_statements', jsonb_build_array(
	pg_temp.statement('P1', '{"all_of": [{"any_of": [{"indicator_id": "P9.9", "test": "CONDITION_TEST_RISES"}]}], "enough": [{"indicator_id": "P1.1"}]}'),
	pg_temp.statement('', '{}')))) -> 'violations') v), array['registry.evaluation_statements[0].rule.all_of[0].any_of[0] REGISTRY_CONDITION_WRONG',
	'registry.evaluation_statements[0].rule.enough[0] REGISTRY_CONDITION_WRONG', 'registry.evaluation_statements[1] REGISTRY_STATEMENT_WRONG',
	'registry.evaluation_statements[1].text REGISTRY_FIELD_EMPTY'],
	'a rule asks for indicators that there are');

-- rules
create temp table number as select '[
	{"indicator_id": "A", "key": "", "fiscal_year": 2014, "low": 8, "high": 11}, {"indicator_id": "A", "key": "", "fiscal_year": 2015, "low": 13, "high": 16},
	{"indicator_id": "A", "key": "", "fiscal_year": 2016, "low": 17, "high": 17}, {"indicator_id": "A", "key": "", "fiscal_year": 0, "low": 3, "high": 5},
	{"indicator_id": "B", "key": "", "fiscal_year": 2014, "low": 2}, {"indicator_id": "B", "key": "", "fiscal_year": 2015, "low": 0}, {"indicator_id": "B", "key": "", "fiscal_year": 2016, "low": 5},
	{"indicator_id": "B", "key": "", "fiscal_year": 0, "low": 0, "high": 1, "numerator": 1, "against": 2},
	{"indicator_id": "C", "key": "", "fiscal_year": 2014, "low": 4, "high": 4}, {"indicator_id": "C", "key": "", "fiscal_year": 2015, "low": 4, "high": 4},
	{"indicator_id": "C", "key": "", "fiscal_year": 2016, "low": 3, "high": 3},
	{"indicator_id": "D", "key": "n/x", "fiscal_year": 2016, "value": 5, "low": 5, "high": 5}, {"indicator_id": "D", "key": "n/y", "fiscal_year": 2016, "value": 3, "low": 3, "high": 3},
	{"indicator_id": "D", "key": "m/x", "fiscal_year": 2016, "value": 3, "low": 0, "high": 9}]'::jsonb as known;
create function pg_temp.holds(p_id text, p_test text, p_value numeric default 0, p_key text default '') returns boolean language sql as $$
	select renkei_api.condition_holds(known, jsonb_build_object('indicator_id', p_id, 'test', 'CONDITION_TEST_' || p_test, 'value', p_value, 'key', p_key), 2014, 2016) from number $$;
select ok(pg_temp.holds('A', 'RISES') and pg_temp.holds('A', 'NEVER_FALLS') and pg_temp.holds('A', 'RISES_EVERY_YEAR'), 'ranges that do not overlap rise, whatever is not known');
select is(array[pg_temp.holds('B', 'RISES'), pg_temp.holds('B', 'NEVER_FALLS')], array[null, null]::boolean[], 'what is open upwards says nothing');
select is(array[pg_temp.holds('C', 'RISES'), pg_temp.holds('C', 'NEVER_FALLS'), pg_temp.holds('C', 'RISES_EVERY_YEAR')], array[false, false, false], 'what falls for certain falls');
select is(array[pg_temp.holds('A', 'AT_LEAST', 3), pg_temp.holds('A', 'AT_LEAST', 4), pg_temp.holds('A', 'AT_LEAST', 6)], array[true, null, false], 'at least');
select is(array[pg_temp.holds('A', 'AT_MOST', 5), pg_temp.holds('A', 'AT_MOST', 4), pg_temp.holds('A', 'AT_MOST', 2)], array[true, null, false], 'at most');
select is(array[pg_temp.holds('A', 'ABOVE', 2), pg_temp.holds('A', 'ABOVE', 3), pg_temp.holds('A', 'ABOVE', 5)], array[true, null, false], 'above');
select is(array[pg_temp.holds('A', 'BELOW', 6), pg_temp.holds('A', 'BELOW', 5), pg_temp.holds('A', 'BELOW', 3)], array[true, null, false], 'below');
select is(array[pg_temp.holds('B', 'ABOVE', 0), pg_temp.holds('B', 'BELOW', 1), pg_temp.holds('B', 'BELOW', 0.5)], array[true, true, null], 'one in a share is more than none, one out of it less than all');
select is(array[pg_temp.holds('D', 'AMONG_FIRST', 1, 'n/x'), pg_temp.holds('D', 'AMONG_FIRST', 1, 'n/y'), pg_temp.holds('D', 'AMONG_FIRST', 3, 'n/z'), pg_temp.holds('D', 'AMONG_FIRST', 3, 'm/x')],
	array[true, false, false, null], 'among the first, of those whose numbers are certain');
select is(renkei_api.statement_support('[{"alternative": 1, "holds": true}, {"alternative": 2, "holds": null}, {"alternative": 2, "holds": true}]'), 'supported', 'one of each alternative is enough');
select is(renkei_api.statement_support('[{"alternative": 1, "holds": true}, {"alternative": 2, "holds": null}, {"alternative": 2, "holds": false}]'), 'too_little_data', 'an open alternative leaves it open');
select is(renkei_api.statement_support('[{"alternative": 1, "holds": true}, {"alternative": 2, "holds": false}]'), 'partly', 'some true, some false');
select is(renkei_api.statement_support('[{"alternative": 1, "holds": false}, {"alternative": 2, "holds": false}]'), 'not_supported', 'all false');
select is(renkei_api.statement_support('[{"alternative": 1, "holds": false}, {"alternative": 2, "holds": null}]'), 'too_little_data', 'false and open');
select is(renkei_api.statement_support('[{"alternative": 0, "holds": null}, {"alternative": 1, "holds": true}]'), 'too_little_data', 'what must be enough and is not');
select is(renkei_api.statement_support('[]'), 'too_little_data', 'no rule judges nothing');

-- participation: the fixture's register, then what a source states
create function pg_temp.counts(p_side text) returns text language sql as $$
	select string_agg(format('%s %s %s-%s', c.fiscal_year, c.value, c.low, c.high), ', ' order by c.fiscal_year) from renkei_api.participation_counts(2014, 2016) c where c.side = p_side $$;
create temp table before as select pg_temp.counts('jp') as jp, pg_temp.counts('cn') as cn;
select matches((select jp from before), '^2014 \d+ \d+-\d+, 2015 \d+ \d+-\d+, 2016 \d+ \d+-\d+$', 'without a statement the register counts');
select is(pg_temp.import(jsonb_build_object('programme_facts', jsonb_build_array(pg_temp.fact('p1', '{"kind": "FACT_KIND_PARTICIPATION", "activity_kind": "ACTIVITY_KIND_UNSPECIFIED",
	"municipality_count": 30, "partner_count": 40}')))) ? 'answer', true, 'a source states how many take part');
select is((select string_agg(c.value || ' ' || c.low || '-' || c.high, ', ') from renkei_api.participation_counts(2016, 2016) c), '30 30-30, 40 40-40', 'what it states of a year holds');
select ok((select bool_and(c.high >= c.low and c.high <= 40 and c.value = c.low) from renkei_api.participation_counts(2014, 2015) c), 'earlier years lie between the register and what was stated later');
select is(pg_temp.import(jsonb_build_object('programme_facts', jsonb_build_array(pg_temp.fact('p2', '{"kind": "FACT_KIND_PARTICIPATION", "activity_kind": "ACTIVITY_KIND_UNSPECIFIED",
	"municipality_count": 99, "scope": "FACT_SCOPE_RELATED"}')))) ? 'answer', true, 'another that is only related');
select is((select c.value from renkei_api.participation_counts(2016, 2016) c where c.side = 'jp'), 30, 'what is only related never counts');

-- events of reports and of facts
select is(pg_temp.import(jsonb_build_object('evaluation_statements', (select jsonb_agg(pg_temp.statement(s, '{}')) from unnest(array['P1', 'P2', 'P3', 'I4']) s))) ? 'answer', true, 'statements without rules');
select is(pg_temp.number('P3.4') - 'records_for', '{"value": 1, "low": 1}', 'a meeting of two governments that only a fact tells of counts, and reports may add');
select fixture.submit(array['401005', '400009'], array['full', 'fukuoka'], array[1, 2]);
create temp table told as select pg_temp.number('P2.1') as number;
select fixture.accept('secretariat', n, i::int) from unnest(array['401005-2016Q3-1', '400009-2016Q3-1']) with ordinality t (n, i);
select ok((pg_temp.number('P2.1') ->> 'value')::integer > (select (number ->> 'value')::integer from told), 'what is accepted counts, what is only submitted does not');
create temp table told2 as select pg_temp.number('P2.1') as number, e.event from renkei_api.counted_events(null, false, false) e where e.municipality_code = '401005' limit 1;
select is(pg_temp.import(jsonb_build_object('programme_facts', jsonb_build_array(pg_temp.fact('same', (select jsonb_build_object('same_as_municipality_code', split_part(event, '/', 1),
	'same_as_activity_id', split_part(event, '/', 2), 'partner_count', 7) from told2))))) ? 'answer', true, 'a fact tells of an event that is reported');
select is(pg_temp.number('P2.1') - 'records_for', (select number - 'records_for' from told2), 'it counts once');
select ok(pg_temp.number('P3.4') ->> 'value' = '2', 'and what the fact knows of who was present is known');
select is(pg_temp.number('P2.1') ? 'high', false, 'missing reports leave a number open upwards');
select is(pg_temp.number('O1.4') , 'null', 'what no form asks has no number');
select is(pg_temp.number('I4.1', 'undecided'), '{"value": 0, "low": 0}', 'nothing counted is 0 where reports stand behind it');
select is(pg_temp.number('I4.1', 'undecided', 2014), '{"low": 0}', 'and no number where none does');

-- A training visit answers a need when that was recorded before it, and its programme is attached to it.
create function pg_temp.answered() returns text language sql as $$
	select coalesce(bool_and(i.counts)::text, 'open') from (select set_config('renkei.tenant', '*', true), set_config('renkei.role', 'secretariat', true)) s
	cross join lateral (select renkei_api.evaluation_source(null, false, 2014, 2016) as source) g
	cross join lateral renkei_api.indicator_items_o1(g.source, null, false, 2014, 2016) i where i.indicator_id = 'O1.2' and i.item = '401005/tianjin-2016' $$;
create function pg_temp.attach(p_serial integer, p_record text) returns void language sql as $$
	insert into renkei.attachment (municipality_code, fiscal_year, quarter, variant, serial, content, file_name, type, size, sha256, disclosure, principal_uri, request_id, request_sha256, received_at, key_id, kind, record_list, record_id)
	values ('401005', 2016, 3, 'regular', p_serial, sha256(p_serial::text::bytea), 'a.pdf', 'pdf', 1, sha256(p_serial::text::bytea), 'parties', 'renkei://x', gen_random_uuid(), sha256('b'), clock_timestamp(), '0123456789abcdef', 'programme',
		case when p_record is not null then 'activities' end, p_record) $$;
set local session_replication_role = replica;
select is(pg_temp.answered(), 'false', 'a visit without a need answers none');
update renkei.activity set need_id = 'n-1' where activity_id = 'tianjin-2016';
select is(pg_temp.answered(), 'false', 'nor does one without a programme');
select pg_temp.attach(1001, null);
select is(pg_temp.answered(), 'open', 'a programme of the quarter may be that of another visit');
select pg_temp.attach(1002, 'tianjin-2016');
select is(pg_temp.answered(), 'true', 'one of its own is its own');
update renkei.need set said_on = (2016, 12, 1, 'day')::renkei.partial_date_parts where need_id = 'n-1';
select is(pg_temp.answered(), 'false', 'a need that was told afterwards was not answered by it');
update renkei.need set said_on = null where need_id = 'n-1';
select is(pg_temp.answered(), 'open', 'and one without a date leaves it open');
set local session_replication_role = origin;
-- a share of what the registry counts lies between what is told and all
select is(array[n ->> 'low', n ->> 'high'], array[n ->> 'value', '1'], 'a missing report can only raise such a share') from pg_temp.number('I4.5', '', 2016) n;

-- the document
select is(array(select jsonb_object_keys(pg_temp.doc()) order by 1), array['as_of', 'completeness', 'coverage', 'findings', 'first_fiscal_year', 'last_fiscal_year', 'notes', 'rows', 'state', 'years'],
	'the document holds both sections and what stands behind them');
select is(fixture.refused('401005', 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}') ->> 'reason', 'ROLE_NOT_ALLOWED', 'a municipality cannot have all of it made');
select is(pg_temp.doc('{"as_of": "2026-01-01T00:00:00Z"}') -> 'findings', pg_temp.doc('{"as_of": "2026-01-01T00:00:00Z"}') -> 'findings', 'as known at a moment it is the same again');
select * from finish();
rollback;
