-- Fill a database with :reports versions of reports in all, for measuring what has to stay as fast with many: psql -v reports=1000000 -f seed.sql.
-- As superuser, on a database with a registry.  Run again with a higher number it adds what is missing.
--
-- Nil reports of the registry's municipalities in periods of fiscal years 2100 to 2199, round after round: first each period once,
-- then second versions of all, and so on.  A report's number decides its state, alike for all of its versions: of ten six are
-- accepted, one returned, one withdrawn, two submitted.  Bytes, digests and receipt numbers are right, so that rebuild_projection
-- finds nothing; checks hold, triggers and foreign keys are passed over for speed, and what triggers keep is made afterwards.
\set ON_ERROR_STOP on
begin;
set local session_replication_role = replica;
set local client_min_messages = warning;
set local work_mem = '256MB';
set local renkei.tenant = '*';
create schema if not exists load;
create or replace function load.varint(p_number integer) returns bytea language sql immutable as $$
	select case when p_number < 128 then set_byte('\x00', 0, p_number)
		else set_byte(set_byte('\x0000', 0, p_number % 128 + 128), 1, p_number / 128) end
$$;
-- A nil report: fields 1 to 4 and 6 of a Report.
create or replace function load.nil_report(p_code text, p_fiscal_year integer, p_quarter integer, p_action integer, p_version integer)
returns bytea language sql immutable as $$
	select '\x0a06'::bytea || convert_to(p_code, 'utf8') || '\x120708'::bytea || load.varint(p_fiscal_year) || '\x10'::bytea
		|| load.varint(p_quarter) || '\x180118'::bytea || load.varint(p_action)
		|| case when p_version = 1 then '' else '\x20'::bytea || load.varint(p_version - 1) end || '\x3001'::bytea
$$;

insert into renkei.reporting_period (fiscal_year, quarter, variant, due_at, due_rule_ja, due_rule_en, due_rule_zh)
select 2100 + n / 4, n % 4 + 1, 'regular', case n % 3 when 0 then timestamptz '2000-01-01' when 1 then timestamptz '2199-01-01' end, '-', '-', '-'
from generate_series(0, 399) n on conflict do nothing;

create temp table place on commit drop as
select row_number() over (order by t.fiscal_year, t.quarter, m.municipality_code) - 1 as head, m.municipality_code, t.fiscal_year, t.quarter, t.due_at
from renkei.reporting_period t cross join renkei.municipality m where t.fiscal_year >= 2100 and t.variant = 'regular';
alter table place add primary key (head);
-- What is there already lies in the same order.
create temp table seeded on commit drop as
select n, p.*, ((n - 1) / h.heads + 1)::integer as version, nextval('renkei.report_version_number') as version_id,
	case when p.head % 10 < 6 then 'accepted' when p.head % 10 = 6 then 'returned' when p.head % 10 = 7 then 'withdrawn' else 'submitted' end as state,
	timestamptz '2020-01-01' + n * interval '10 ms' as at, format('00000000-0000-4000-8000-%s', lpad(to_hex(n), 12, '0'))::uuid as request_id,
	format('renkei://load.test/municipality/%s', p.municipality_code) as uri, load.nil_report(p.municipality_code, p.fiscal_year,
		p.quarter, case when n <= h.heads then 1 when p.head % 10 < 6 then 3 else 2 end, ((n - 1) / h.heads + 1)::integer) as bytes
from (select count(*) as heads from place) h
cross join generate_series((select count(*) from renkei.report_version where fiscal_year >= 2100) + 1, cast(:reports as bigint)) n
join place p on p.head = (n - 1) % h.heads;
analyze seeded;

insert into renkei.report_version (municipality_code, version_id, fiscal_year, quarter, variant, version, receipt_number, request_id,
	principal_uri, action, base_version, nil, activity_count, outcome_count, report, sha256, length, verdict, rule_set_hash, warning_count,
	info_count, received_at, due_at, timeliness, late_seconds, key_id)
select s.municipality_code, s.version_id, s.fiscal_year, s.quarter, 'regular', s.version,
	s.municipality_code || '-' || renkei.period_tag(s.fiscal_year, s.quarter, 'regular') || '-' || s.version, s.request_id, s.uri,
	case when s.version = 1 then 'new' when s.state = 'accepted' then 'correct' else 'replace' end, s.version - 1, true, 0, 0, s.bytes,
	sha256(s.bytes), octet_length(s.bytes), '{}', '', 0, 0, s.at, s.due_at,
	case when s.due_at is null then 'no_deadline' when s.at > s.due_at then 'late' else 'on_time' end,
	coalesce(greatest(ceil(extract(epoch from date_trunc('second', s.at) - s.due_at)), 0), 0), '0123456789abcdef'
from seeded s;

insert into renkei.request (municipality_code, request_id, principal_uri, method, sha256, version_id, received_at)
select s.municipality_code, s.request_id, s.uri, 'submit', sha256(''), s.version_id, s.at from seeded s;

insert into renkei.report_transition (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at, principal_uri,
	reason, due_date)
select s.municipality_code, s.fiscal_year, s.quarter, 'regular', case when s.state = 'submitted' then s.version else 2 * s.version - 2 + w.turn end,
	s.version, s.version_id, w.state, s.at + (w.turn - 1) * interval '1 ms', s.uri, case w.state when 'withdrawn' then 'load' end,
	case w.state when 'returned' then date '2030-01-01' end
from seeded s cross join lateral (values (1, 'submitted'), (2, s.state)) as w (turn, state)
where w.turn = 1 or s.state <> 'submitted';

insert into renkei.report as r (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil, received_at,
	timeliness, late_seconds, activity_count, accepted_version, accepted_version_id, accepted_at, first_accepted_at, changed_at)
select distinct on (s.head) s.municipality_code, s.fiscal_year, s.quarter, 'regular', s.state, s.version, s.version_id, true, s.at,
	v.timeliness, v.late_seconds, 0, case s.state when 'accepted' then s.version end, case s.state when 'accepted' then s.version_id end,
	case s.state when 'accepted' then s.at end, case s.state when 'accepted' then s.at end, s.at + interval '1 ms'
from seeded s join renkei.report_version v on v.municipality_code = s.municipality_code and v.version_id = s.version_id
order by s.head, s.version desc
on conflict on constraint report_pk do update set latest_version = excluded.latest_version, latest_version_id = excluded.latest_version_id,
	received_at = excluded.received_at, timeliness = excluded.timeliness, late_seconds = excluded.late_seconds,
	accepted_version = excluded.accepted_version, accepted_version_id = excluded.accepted_version_id, accepted_at = excluded.accepted_at,
	changed_at = excluded.changed_at;
select count(*) as years from renkei_api.check_rollup(true);
commit;
vacuum analyze renkei.status_total;
vacuum analyze renkei.report_version, renkei.report, renkei.report_transition, renkei.request;
