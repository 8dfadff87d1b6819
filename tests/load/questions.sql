-- How long the secretariat's questions take with 2,000 municipalities and 80 quarters stored: tests/sql/run -- psql -X -f tests/load/questions.sql
--
-- Each quarter of each municipality has an accepted report with an event, its parties, theme and people, and an outcome; one event in twenty is told
-- by two municipalities.  Checks hold; triggers and foreign keys are passed over for speed, and what they keep is made afterwards.  The bytes are
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
select load_ask('indicators of three years', 'get_evaluation', '{"first_fiscal_year": 2014, "last_fiscal_year": 2016}');
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
