-- How long the secretariat's questions take with 2,000 municipalities and 80 quarters stored: tests/sql/run -- psql -X -f tests/load/questions.sql
--
-- Each quarter of each municipality has an accepted report with an event, its parties, theme and people, and an outcome; one event in twenty is told
-- by two municipalities.  Costs, companies, needs, challenges, projects, contributions and intentions stand in every second to twentieth report.  Checks hold; triggers and foreign keys are passed over for speed, and what they keep is made afterwards.  The bytes are
-- those of nil reports: nothing here reads them.  Prints seconds, and those
-- of them that the processor was at it; a run takes some minutes and 2 GB.
\set ON_ERROR_STOP on
\set municipalities 2000
\set years 20
\pset format unaligned
\pset tuples_only on
set client_min_messages = warning;
set jit = off;
set session_replication_role = replica;
set renkei.tenant = '*';
set renkei.role = 'secretariat';
insert into renkei.municipality select (jsonb_populate_record(m, jsonb_build_object('municipality_code', c.code, 'prefecture_code', left(c.code, 2), 'name_ja', '第' || c.n || '市', 'name_en', 'City ' || c.n))).*
from renkei.municipality m cross join (
	select row_number() over (order by p, s) as n, lpad(p::text, 2, '0') || s || d as code from generate_series(1, 47) p cross join generate_series(301, 360) s
	cross join generate_series(0, 9) d where renkei.is_lg_code(lpad(p::text, 2, '0') || s || d) limit :municipalities) c
where m.municipality_code = '442011' on conflict do nothing;
insert into renkei.municipality_participation select (jsonb_populate_record(p, jsonb_build_object('municipality_code', m.municipality_code))).*
from renkei.municipality_participation p cross join renkei.municipality m where p.municipality_code = '442011' and p.position = 1 and m.name_ja like '第%市' on conflict do nothing;
insert into renkei.reporting_period (fiscal_year, quarter, variant, due_at, due_rule_ja, due_rule_en, due_rule_zh)
select y, q, 'regular', timestamptz '2020-01-01', '-', '-', '-' from generate_series(2000, 1999 + :years) y cross join generate_series(1, 4) q on conflict do nothing;
create temp table told as
select m.municipality_code, dense_rank() over (order by m.municipality_code) as who, y as fiscal_year, q as quarter, nextval('renkei.report_version_number') as version_id,
	row_number() over () as n, timestamptz '2019-06-01' as at
from (select municipality_code from renkei.municipality where name_ja like '第%市') m cross join generate_series(2000, 1999 + :years) y cross join generate_series(1, 4) q;
create temp table partner as select partner_code, row_number() over (order by partner_code) as n from renkei.partner_government;
insert into renkei.report_version (municipality_code, version_id, fiscal_year, quarter, variant, version, receipt_number, request_id, principal_uri, action, base_version, nil, activity_count,
	outcome_count, report, sha256, length, verdict, rule_set_hash, warning_count, info_count, received_at, due_at, timeliness, late_seconds, key_id)
select t.municipality_code, t.version_id, t.fiscal_year, t.quarter, 'regular', 1, t.municipality_code || '-' || renkei.period_tag(t.fiscal_year, t.quarter, 'regular') || '-1',
	format('00000000-0000-4000-8000-%s', lpad(to_hex(t.n), 12, '0'))::uuid, 'renkei://load.test/municipality/' || t.municipality_code, 'new', 0, false, 1, 1, ''::bytea, sha256(''), 0, '{}', '', 0, 0,
	t.at, timestamptz '2020-01-01', 'on_time', 0, '0123456789abcdef' from told t;
insert into renkei.report (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil, received_at, timeliness, late_seconds, activity_count, accepted_version,
	accepted_version_id, accepted_at, first_accepted_at, changed_at)
select t.municipality_code, t.fiscal_year, t.quarter, 'regular', 'accepted', 1, t.version_id, false, t.at, 'on_time', 0, 1, 1, t.version_id, t.at, t.at, t.at from told t;
insert into renkei.activity (municipality_code, version_id, activity_id, position, kind, title, status, actual_start, actual_end, city, country, scope, same_as_municipality_code, same_as_activity_id)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, 1, (array['training_in_japan', 'local_seminar', 'consultation', 'joint_research'])[1 + t.n % 4],
	(array['光化学オキシダント対策研修', 'VOC排出抑制セミナー', '大気環境の協議', '発生源解析の共同研究'])[1 + t.n % 4] || t.n, 'held',
	(t.fiscal_year + (t.quarter = 4)::integer, (t.quarter * 3) % 12 + 1, 1 + t.n % 28, 'day')::renkei.partial_date_parts, null, '第' || t.n % 500 || '会場', 'JP', 'whole',
	case when t.who % 2 = 0 and (t.who / 2 + t.n) % 10 = 0 then o.municipality_code end, case when t.who % 2 = 0 and (t.who / 2 + t.n) % 10 = 0 and o.municipality_code is not null then 'a' || t.fiscal_year || t.quarter end
from told t left join told o on o.who = t.who - 1 and o.fiscal_year = t.fiscal_year and o.quarter = t.quarter;
insert into renkei.activity_municipality (municipality_code, version_id, activity_id, position, party_municipality_code, role)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, 1, t.municipality_code, 'host' from told t;
insert into renkei.activity_partner (municipality_code, version_id, activity_id, position, partner_code, role)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, 1, p.partner_code, 'participant' from told t join partner p on p.n = 1 + t.n % (select count(*) from partner);
insert into renkei.activity_theme (municipality_code, version_id, activity_id, position, theme)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, 1, (array['voc', 'pm25', 'monitoring'])[1 + t.n % 3] from told t;
insert into renkei.activity_participants (municipality_code, version_id, activity_id, position, side, category, persons, person_times, basis)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, s.n, s.side, 'municipal_staff', t.n % 40, t.n % 90, 'counted' from told t cross join (values (1, 'cn'), (2, 'jp')) as s (n, side);
insert into renkei.outcome (municipality_code, version_id, outcome_id, position, text, for_outcome_table)
select t.municipality_code, t.version_id, 'o' || t.fiscal_year || t.quarter, 1, '研修を通じて' || (array['測定の技術', '人材の育成', '政策の立案'])[1 + t.n % 3] || 'が進んだ。その' || t.n, false from told t;
insert into renkei.cooperation (cooperation_id, municipality_code, partner_code, status) select distinct t.municipality_code || '-' || p.partner_code, t.municipality_code, p.partner_code, 'active'
from told t cross join generate_series(0, 1) s join partner p on p.n = 1 + (t.who + s) % (select count(*) from partner) where t.fiscal_year = 2000 and t.quarter = 1 on conflict do nothing;
insert into renkei.outcome_category (municipality_code, version_id, outcome_id, position, category)
select t.municipality_code, t.version_id, 'o' || t.fiscal_year || t.quarter, 1, (array['skills_cn', 'skills_jp', 'trust'])[1 + t.n % 3] from told t;
insert into renkei.activity_cost_line (municipality_code, version_id, activity_id, position, item, payer, share, currency, minor_units)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, 1, (array['lodging', 'venue', 'equipment'])[1 + t.n % 3], (array['moe_platform', 'cn_local', 'unknown', 'municipal'])[1 + t.n % 4],
	'part', case when t.n % 2 = 0 then 'JPY' end, case when t.n % 2 = 0 then t.n % 100000 end from told t where t.n % 3 <> 0;
insert into renkei.activity_organisation (municipality_code, version_id, activity_id, position, name, kind, role, learned, issue, follow_up)
select t.municipality_code, t.version_id, 'a' || t.fiscal_year || t.quarter, 1, '会社' || t.n % 3000, 'company', 'visited_site', 'yes', case when t.n % 3 = 0 then '課題' end, 'inquiry'
from told t where t.n % 4 = 0;
insert into renkei.need (municipality_code, version_id, need_id, position, said_on, partner_code, theme, text_ja, level, response, responded)
select t.municipality_code, t.version_id, 'n' || t.fiscal_year || t.quarter, 1, (t.fiscal_year + (t.quarter = 4)::integer, (t.quarter * 3) % 12 + 1, 1, 'day')::renkei.partial_date_parts, p.partner_code,
	(array['voc', 'pm25', 'monitoring'])[1 + t.n % 3], '要望' || t.n, (array['basic', 'advanced', 'research'])[1 + t.n % 3], (array['met', 'partly', 'passed_to_platform'])[1 + t.n % 3],
	(t.fiscal_year + (t.quarter = 4)::integer, (t.quarter * 3) % 12 + 1, 1 + t.n % 28, 'day')::renkei.partial_date_parts from told t join partner p on p.n = 1 + t.n % (select count(*) from partner) where t.n % 2 = 0;
insert into renkei.challenge (municipality_code, version_id, challenge_id, position, text, category)
select t.municipality_code, t.version_id, 'c' || t.fiscal_year || t.quarter, 1, '課題' || t.n, (array['response_capacity', 'cost', 'language'])[1 + t.n % 3] from told t where t.n % 4 = 1;
insert into renkei.project (municipality_code, version_id, project_id, position, kind, status, began, title, intended_user, use_in_policy, pathway, pollutant, indicator)
select t.municipality_code, t.version_id, 'p' || t.fiscal_year / 3, 1, 'joint_research', 'running', (t.fiscal_year / 3 * 3, 0, 0, 'fiscal_year')::renkei.partial_date_parts, '共同研究' || t.who,
	case when t.n % 2 = 0 then '環境局' end, '計画', 'direct', 'PM2.5', '濃度' from told t where t.who % 5 = 0 and t.quarter = 4;
insert into renkei.project_partner (municipality_code, version_id, project_id, position, partner_code)
select t.municipality_code, t.version_id, 'p' || t.fiscal_year / 3, 1, p.partner_code from told t join partner p on p.n = 1 + t.who % (select count(*) from partner) where t.who % 5 = 0 and t.quarter = 4;
insert into renkei.policy_contribution (municipality_code, version_id, contribution_id, position, partner_code, level, text, confirmed_by_cn, theme)
select t.municipality_code, t.version_id, 'k' || t.fiscal_year, 1, p.partner_code, 'reflected', '寄与' || t.who, 'yes', 'voc' from told t
join partner p on p.n = 1 + t.who % (select count(*) from partner) where t.who % 10 = 0 and t.quarter = 4;
insert into renkei.policy_contribution_project (municipality_code, version_id, contribution_id, position, project_id)
select t.municipality_code, t.version_id, 'k' || t.fiscal_year, 1, 'p' || t.fiscal_year / 3 from told t where t.who % 10 = 0 and t.quarter = 4;
insert into renkei.intention (municipality_code, version_id, position, partner_code, kind, means)
select t.municipality_code, t.version_id, 1, p.partner_code, (array['continue', 'undecided', 'reduce'])[1 + t.who % 3], case when t.n % 2 = 0 then '自主財源' end
from told t join partner p on p.n = 1 + t.who % (select count(*) from partner) where t.quarter = 4;
set session_replication_role = origin;
select count(*) || ' differing sums put right' from renkei_api.check_rollup(true);
set renkei.tenant = '*';
set renkei.role = 'secretariat';
vacuum analyze;
\timing on
select count(*) || ' records counted' from renkei_api.check_counted(true);
\timing off
vacuum analyze renkei.counted_activity;
-- Ticks of the processor that this session has taken, whatever else runs beside it; a hundred to a second.
create function load_ticks() returns bigint language sql as $$
	select f[12]::bigint + f[13]::bigint from (select string_to_array(regexp_replace(pg_read_file('/proc/self/stat'), '^.*\) ', ''), ' ') as f) s $$;
create temp table asked (what text, method text, request jsonb, seconds double precision);
create function load_ask(p_what text, p_method text, p_request jsonb) returns text language plpgsql as $$
declare
	begun constant timestamptz := clock_timestamp();
	ticks constant bigint := load_ticks();
	first double precision;
	answer jsonb;
begin
	-- The limit that this sets holds for the statements behind it in its transaction; there are none: what is slow says how slow.
	answer := fixture.call('secretariat', p_method, p_request);
	first := extract(epoch from clock_timestamp() - begun);
	insert into asked values (p_what, p_method, p_request, first);
	return format('%s %s s %s s of processor  %s bytes', rpad(p_what, 62), to_char(first, '990.00'), to_char((load_ticks() - ticks) / 100.0, '990.00'), length(answer::text));
end $$;
select load_ask('status matrix of a year', 'get_platform_status', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}') from generate_series(1, 2);
select load_ask('trainees of a partner in a year by municipality and quarter', 'aggregate_activities', '{"measures": ["MEASURE_TRAINEES"], "where": [{"dimension": "DIMENSION_PARTNER", "values": ["120000"]},
	{"dimension": "DIMENSION_FISCAL_YEAR", "values": ["2016"]}], "group_by": ["DIMENSION_MUNICIPALITY", "DIMENSION_QUARTER"]}') from generate_series(1, 2);
select load_ask('the same with the records behind it', 'aggregate_activities', '{"measures": ["MEASURE_TRAINEES"], "where": [{"dimension": "DIMENSION_PARTNER", "values": ["120000"]},
	{"dimension": "DIMENSION_FISCAL_YEAR", "values": ["2016"]}], "group_by": ["DIMENSION_MUNICIPALITY", "DIMENSION_QUARTER"], "list_records": true}');
select load_ask('all years by partner, three measures', 'aggregate_activities', '{"measures": ["MEASURE_EVENTS", "MEASURE_PERSONS", "MEASURE_PARTICIPATIONS"], "group_by": ["DIMENSION_PARTNER"]}') from generate_series(1, 2);
select load_ask('all years by partner, as of a moment', 'aggregate_activities', '{"measures": ["MEASURE_EVENTS"], "group_by": ["DIMENSION_PARTNER"], "as_of": "2019-07-01T00:00:00Z"}');
select load_ask('a year by partner, as of a moment', 'aggregate_activities', '{"measures": ["MEASURE_EVENTS"], "group_by": ["DIMENSION_PARTNER"], "as_of": "2019-07-01T00:00:00Z",
	"first_fiscal_year": 2016, "last_fiscal_year": 2016}');
select load_ask('all years by partner, submitted ones too', 'aggregate_activities', '{"measures": ["MEASURE_EVENTS"], "group_by": ["DIMENSION_PARTNER"], "include_submitted": true}');
select load_ask('all years of a theme by year', 'aggregate_activities', '{"measures": ["MEASURE_EVENTS", "MEASURE_PERSONS"], "where": [{"dimension": "DIMENSION_THEME", "values": ["voc"]}],
	"group_by": ["DIMENSION_FISCAL_YEAR"]}');
select load_ask('all years of a municipality by kind', 'aggregate_activities', jsonb_build_object('measures', '["MEASURE_EVENTS", "MEASURE_PERSONS"]'::jsonb,
	'where', jsonb_build_array(jsonb_build_object('dimension', 'DIMENSION_MUNICIPALITY', 'values', jsonb_build_array(t.municipality_code))), 'group_by', '["DIMENSION_KIND"]'::jsonb))
from told t where t.n = 1;
select load_ask('outcomes of all years by year', 'aggregate_activities', '{"measures": ["MEASURE_OUTCOMES"], "group_by": ["DIMENSION_FISCAL_YEAR"]}');
select load_ask('a year by municipality, theme and kind', 'aggregate_activities', '{"measures": ["MEASURE_ACTIVITIES"], "group_by": ["DIMENSION_MUNICIPALITY", "DIMENSION_THEME", "DIMENSION_KIND"],
	"first_fiscal_year": 2016, "last_fiscal_year": 2016}');
select load_ask('all years by type of cooperation', 'aggregate_activities', '{"measures": ["MEASURE_EVENTS"], "group_by": ["DIMENSION_COOPERATION_TYPE"]}');
select load_ask('joint events of a year', 'list_joint_events', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}');
select load_ask('duplicate hints of a year', 'list_duplicate_hints', '{"first_fiscal_year": 2016, "last_fiscal_year": 2016}');
select load_ask('two records are one event, only tried', 'decide_event', jsonb_build_object('request_id', fixture.id(1), 'word', 'EVENT_WORD_LINKED', 'reason', 'x', 'validate_only', true,
	'record', jsonb_build_object('municipality_code', a.municipality_code, 'activity_id', 'a20163'), 'other', jsonb_build_object('municipality_code', b.municipality_code, 'activity_id', 'a20163')))
from told a, told b where a.who = 1 and b.who = 7 and a.fiscal_year = 2016 and a.quarter = 3 and b.fiscal_year = 2016 and b.quarter = 3;
select load_ask('the evaluation of three years', 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}');
select load_ask('the same, as of a moment', 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016, "as_of": "2019-07-01T00:00:00Z"}');
select load_ask('the evaluation of ten years', 'get_evaluation', '{"first_fiscal_year": 2007, "last_fiscal_year": 2016}');
set renkei.tenant = '*';
set renkei.role = 'secretariat';
\timing on
\echo gathered for the indicators of three years:
create temp table gathered as select renkei_api.evaluation_source(clock_timestamp(), false, 2014, 2016) as source;
\timing off
create function load_items(p_statement text) returns text language plpgsql as $$
declare
	begun constant timestamptz := clock_timestamp();
	source constant renkei.evaluation_source := (select g.source from gathered g);
	number bigint;
begin
	execute format('select count(*) from renkei_api.indicator_items_%s($1, $2, false, 2014, 2016)', p_statement) into number using source, begun;
	return format('%s %s s  %s things', rpad('indicators of ' || upper(p_statement), 62), to_char(extract(epoch from clock_timestamp() - begun), '990.00'), number);
end $$;
select load_items(s) from unnest(array['p1', 'p2', 'p3', 'p4', 'o1', 'o2', 'o3', 'o4', 'i1', 'i2', 'i3', 'i4']) as s;
-- A chain of 2,000 records of which each says that it is the one before.
begin;
set session_replication_role = replica;
with c as (select municipality_code, activity_id, row_number() over (order by municipality_code, activity_id) as n from renkei.counted_activity
	where fiscal_year between 2005 and 2016 limit 2000)
update renkei.counted_activity a set same_as_municipality_code = o.municipality_code, same_as_activity_id = o.activity_id
from c join c o on o.n = c.n - 1 where a.municipality_code = c.municipality_code and a.activity_id = c.activity_id;
set session_replication_role = origin;
\timing on
select 'joined to an event of ' || max(records) || ' records' from renkei_api.counted_events(null, false, false);
\timing off
rollback;
set renkei.tenant = '*';
set renkei.role = 'secretariat';
insert into renkei.search_pending (municipality_code, version_id) select municipality_code, version_id from told on conflict do nothing;
\timing on
\echo made ready for search:
select renkei_api.rebuild_search() || ' versions';
\timing off
vacuum analyze renkei.search_text, renkei.search_pair, renkei.search_pending;
select load_ask('search: a rare word', 'search_records', '{"words": "その12345"}') from generate_series(1, 2);
select load_ask('search: a word in one record of four', 'search_records', '{"words": "オキシダント"}') from generate_series(1, 2);
select load_ask('search: a word in all', 'search_records', '{"words": "研修を通じて"}');
select load_ask('search: a Chinese side by its Chinese name', 'search_records', '{"words": "大连"}') from generate_series(1, 2);
select load_ask('search: a Chinese side in other characters, and a word', 'search_records', '{"words": "大連 VOC"}');
-- The plans of the slowest: all statements within it that take a quarter of its time, the innermost first.
select what, method, quote_literal(request) as request, greatest((seconds * 250)::integer, 1) as least_ms from asked order by seconds desc limit 1 \gset slowest_
\echo the slowest: :slowest_what
load 'auto_explain';
set auto_explain.log_nested_statements = on;
set auto_explain.log_analyze = on;
set auto_explain.log_buffers = on;
set auto_explain.log_timing = off;
set auto_explain.log_min_duration = :slowest_least_ms;
set client_min_messages = log;
select length(fixture.call('secretariat', :'slowest_method', :slowest_request)::text) || ' bytes';
