-- Brings the number of stored versions to :reports, spread over all municipalities and all quarters that have begun, without
-- the way through the daemon: rows as it would have left them, their content left out.
set session_replication_role = replica;
create temporary table head as
select p.municipality_code, t.fiscal_year, t.quarter, p.principal_uri, coalesce(h.latest_version, 0) as have,
	row_number() over (order by t.fiscal_year desc, t.quarter desc, p.municipality_code) - 1 as place, count(*) over () as heads
from renkei.principal p
cross join renkei.reporting_period t
left join renkei.report h on h.municipality_code = p.municipality_code and h.fiscal_year = t.fiscal_year and h.quarter = t.quarter
	and h.variant = 'regular'
where p.municipality_code is not null and t.variant = 'regular' and renkei.quarter_start(t.fiscal_year, t.quarter) <= current_date;

insert into renkei.report_version (municipality_code, version_id, fiscal_year, quarter, variant, version, receipt_number,
	request_id, principal_uri, action, base_version, nil, activity_count, outcome_count, report, sha256,
	length, verdict, rule_set_hash, warning_count, info_count, received_at, timeliness, late_seconds, key_id)
select h.municipality_code, nextval('renkei.report_version_number'), h.fiscal_year, h.quarter, 'regular', h.have + n,
	h.municipality_code || '-' || renkei.period_tag(h.fiscal_year, h.quarter, 'regular') || '-' || h.have + n,
	gen_random_uuid(), h.principal_uri, case when h.have + n = 1 then 'new' else 'replace' end, h.have + n - 1, true, 0, 0,
	b.report, sha256(b.report), octet_length(b.report), '{}', 'seed', 0, 0, clock_timestamp(), 'no_deadline', 0, 'seed'
from head h
cross join (select greatest(0, :reports - (select count(*) from renkei.report_version)) as missing) as w
cross join lateral generate_series(1, w.missing / h.heads + (h.place < w.missing % h.heads)::integer) as n
cross join (values ('\x0a06'::bytea)) as b (report);

insert into renkei.report (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil,
	received_at, timeliness, late_seconds, activity_count, changed_at)
select distinct on (v.municipality_code, v.fiscal_year, v.quarter) v.municipality_code, v.fiscal_year, v.quarter, v.variant, 'submitted',
	v.version, v.version_id, v.nil, v.received_at, v.timeliness, v.late_seconds, v.activity_count, v.received_at
from renkei.report_version v where v.key_id = 'seed'
order by v.municipality_code, v.fiscal_year, v.quarter, v.version desc
on conflict (municipality_code, fiscal_year, quarter, variant) do update
set latest_version = excluded.latest_version, latest_version_id = excluded.latest_version_id, received_at = excluded.received_at,
	changed_at = excluded.changed_at;
reset session_replication_role;
vacuum analyze renkei.report_version;
vacuum analyze renkei.report;
checkpoint;
