-- Fill a database with :activities events in accepted reports, for measuring exports: psql -v activities=1000000 -f activities.sql.
-- As superuser, on a database with a registry; once.
--
-- Reports of 25 events each, of 500 municipalities in as many quarters of fiscal years from 2000 on as it takes. An event has its party, partner, theme and
-- two lines of people, a report an outcome.  Checks hold; triggers and foreign keys are passed over for speed, and what they keep is made
-- afterwards.  The bytes are those of nil reports: no export reads them.
\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica;
set local client_min_messages = warning;
set local work_mem = '256MB';
set local jit = off;
set local renkei.tenant = '*';
set local renkei.role = 'secretariat';
insert into renkei.municipality select (jsonb_populate_record(m, jsonb_build_object('municipality_code', c.code, 'prefecture_code', left(c.code, 2), 'name_ja', '第' || c.n || '市', 'name_en', 'City ' || c.n))).*
from renkei.municipality m cross join (
	select row_number() over (order by p, s) as n, lpad(p::text, 2, '0') || s || d as code from generate_series(1, 47) p cross join generate_series(301, 320) s
	cross join generate_series(0, 9) d where renkei.is_lg_code(lpad(p::text, 2, '0') || s || d) limit 500) c
where m.municipality_code = '442011' on conflict do nothing;
insert into renkei.reporting_period (fiscal_year, quarter, variant, due_at, due_rule_ja, due_rule_en, due_rule_zh)
select y, q, 'regular', timestamptz '2020-01-01', '-', '-', '-' from generate_series(2000, 2199) y cross join generate_series(1, 4) q on conflict do nothing;
create temp table told on commit drop as
select m.municipality_code, 2000 + (p - 1) / 4 as fiscal_year, 1 + (p - 1) % 4 as quarter, nextval('renkei.report_version_number') as version_id,
	row_number() over (order by p, m.municipality_code) as n, timestamptz '2019-06-01' as at
from (select municipality_code from renkei.municipality where name_ja like '第%市') m cross join generate_series(1, (:activities + 12499) / 12500) p
order by p, m.municipality_code limit (:activities + 24) / 25;
create temp table event on commit drop as
select t.municipality_code, t.version_id, t.fiscal_year, t.quarter, e as position, 'a' || t.fiscal_year || t.quarter || '-' || e as activity_id, (t.n - 1) * 25 + e as n
from told t cross join generate_series(1, 25) e;
create temp table partner on commit drop as select partner_code, row_number() over (order by partner_code) as n from renkei.partner_government;
insert into renkei.report_version (municipality_code, version_id, fiscal_year, quarter, variant, version, receipt_number, request_id, principal_uri, action, base_version, nil, activity_count,
	outcome_count, report, sha256, length, verdict, rule_set_hash, warning_count, info_count, received_at, due_at, timeliness, late_seconds, key_id)
select t.municipality_code, t.version_id, t.fiscal_year, t.quarter, 'regular', 1, t.municipality_code || '-' || renkei.period_tag(t.fiscal_year::smallint, t.quarter::smallint, 'regular') || '-1',
	format('00000000-0000-4000-8000-%s', lpad(to_hex(t.n), 12, '0'))::uuid, 'renkei://load.test/municipality/' || t.municipality_code, 'new', 0, false, 25, 1, ''::bytea, sha256(''), 0, '{}', '', 0, 0,
	t.at, timestamptz '2020-01-01', 'on_time', 0, '0123456789abcdef' from told t;
insert into renkei.report_transition (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at, principal_uri)
select t.municipality_code, t.fiscal_year, t.quarter, 'regular', w.step, 1, t.version_id, w.state, t.at + (w.step - 1) * interval '1 ms', 'renkei://load.test/secretariat/x'
from told t cross join (values (1, 'submitted'), (2, 'accepted')) as w (step, state);
insert into renkei.report (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil, received_at, timeliness, late_seconds, activity_count, accepted_version,
	accepted_version_id, accepted_at, first_accepted_at, changed_at)
select t.municipality_code, t.fiscal_year, t.quarter, 'regular', 'accepted', 1, t.version_id, false, t.at, 'on_time', 0, 25, 1, t.version_id, t.at, t.at, t.at from told t;
insert into renkei.activity (municipality_code, version_id, activity_id, position, kind, title, status, actual_start, actual_end, city, country, scope, result, disclosure)
select e.municipality_code, e.version_id, e.activity_id, e.position, (array['training_in_japan', 'local_seminar', 'consultation', 'joint_research'])[1 + e.n % 4],
	(array['光化学オキシダント対策研修', 'VOC排出抑制セミナー', '大気環境の協議', '発生源解析の共同研究'])[1 + e.n % 4] || e.n, 'held',
	(e.fiscal_year + (e.quarter = 4)::integer, (e.quarter * 3) % 12 + 1, 1 + e.n % 28, 'day')::renkei.partial_date_parts, null, '第' || e.n % 500 || '会場', 'JP', 'whole',
	'参加者は測定の技術を学び、' || e.n || '件の課題を持ち帰った。', 'public' from event e;
insert into renkei.activity_municipality (municipality_code, version_id, activity_id, position, party_municipality_code, role)
select e.municipality_code, e.version_id, e.activity_id, 1, e.municipality_code, 'host' from event e;
insert into renkei.activity_partner (municipality_code, version_id, activity_id, position, partner_code, role)
select e.municipality_code, e.version_id, e.activity_id, 1, p.partner_code, 'participant' from event e join partner p on p.n = 1 + e.n % (select count(*) from partner);
insert into renkei.activity_theme (municipality_code, version_id, activity_id, position, theme)
select e.municipality_code, e.version_id, e.activity_id, 1, (array['voc', 'pm25', 'monitoring'])[1 + e.n % 3] from event e;
insert into renkei.activity_participants (municipality_code, version_id, activity_id, position, side, category, persons, person_times, basis)
select e.municipality_code, e.version_id, e.activity_id, s.n, s.side, 'municipal_staff', e.n % 40, e.n % 90, 'counted' from event e cross join (values (1, 'cn'), (2, 'jp')) as s (n, side);
insert into renkei.outcome (municipality_code, version_id, outcome_id, position, text, for_outcome_table)
select t.municipality_code, t.version_id, 'o' || t.fiscal_year || t.quarter, 1, '研修を通じて' || (array['測定の技術', '人材の育成', '政策の立案'])[1 + t.n % 3] || 'が進んだ。その' || t.n, false from told t;
select count(*) as years from renkei_api.check_rollup(true);
commit;
vacuum analyze;
