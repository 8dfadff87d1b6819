-- However much there is behind an evaluation, the document that is made and kept of it is one that a client reads.
begin;
select plan(9);
create function pg_temp.evidence(p_statements integer, p_records integer) returns table (statement_id text, evidence jsonb, left_off bigint) language sql as $$
	select e.* from (select array_agg('S' || lpad(s::text, 2, '0')) as statements, array_agg(case r % 3 when 0 then 'for' when 1 then 'against' else 'open' end) as senses,
			array_agg('P1.1'::text) as indicators, array_agg(format('registry:%s-%s', s, lpad(r::text, 5, '0'))) as refs
		from generate_series(1, p_statements) s cross join generate_series(1, p_records) r) a
	cross join lateral renkei_api.evidence_json(a.statements, a.senses, a.indicators, a.refs, false) e $$;

create temp table much as select * from pg_temp.evidence(12, 2100);
select is((select array_agg(distinct jsonb_array_length(evidence)) from much), array[500], 'twelve statements share the records that a document has');
select is((select sum(left_off + jsonb_array_length(evidence)) from much), 25200::numeric, 'and the others are counted');
select is((select array_agg(distinct e ->> 'sense') from much, jsonb_array_elements(evidence) e), array['EVIDENCE_SENSE_FOR'], 'which are the last ones of each statement');
select is((select array_agg(distinct jsonb_array_length(evidence)) from pg_temp.evidence(20, 301)), array[300], 'of twenty statements each has 300');
select is((select jsonb_array_length(evidence) || ' ' || left_off from pg_temp.evidence(1, 2100)), '2000 100', 'one alone has 2,000');
select is((select jsonb_agg(left_off) from pg_temp.evidence(12, 500)), to_jsonb(array_fill(0, array[12])), 'what fits is whole');

create temp table fact on commit drop as select fixture.call('secretariat', 'import_registry', jsonb_build_object('request_id', gen_random_uuid(), 'registry', jsonb_build_object('programme_facts',
	jsonb_build_array(jsonb_build_object('fact_id', 'long', 'kind', 'FACT_KIND_EVENT', 'activity_kind', 'ACTIVITY_KIND_JOINT_MEETING', 'status', 'FACT_STATUS_HELD',
		'scope', 'FACT_SCOPE_PROGRAMME', 'fiscal_year', 2016, 'note', repeat('雪', 250), 'source', '{"publisher": "y"}'::jsonb)))));
select is((select evidence -> 0 ->> 'title' from renkei_api.evidence_json('{P1}', '{for}', '{P1.1}', '{fact:long}', false)), repeat('雪', 200), 'a title has 200 characters');

create function pg_temp.fix(p_id integer) returns jsonb language sql as $$
	select fixture.refused('secretariat', 'fix_evaluation', jsonb_build_object('request_id', fixture.id(p_id), 'first_fiscal_year', 2014, 'last_fiscal_year', 2016)) $$;
insert into renkei.evaluation_statement (first_fiscal_year, last_fiscal_year, statement_id, part, position, text, rule)
	select 2014, 2016, 'S' || n, 'progress', 1, repeat('雪', 2000), '{}' from generate_series(1, 1900) n;
select is(pg_temp.fix(1) #>> '{answer,snapshot,snapshot_id}', 'FY2014-2016-1', 'a large one is kept');
insert into renkei.evaluation_statement (first_fiscal_year, last_fiscal_year, statement_id, part, position, text, rule)
	select 2014, 2016, 'S' || n, 'progress', 1, repeat('雪', 2000), '{}' from generate_series(1901, 2200) n;
select is(pg_temp.fix(2) -> 'reason', '"EVALUATION_TOO_LARGE"', 'one that no client would read is not');
select * from finish();
rollback;
