-- renkei_api.reports - Accepted reports: of each the version that counts.
create view renkei_api.reports as
select v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
	v.version,
	v.receipt_number,
	v.nil,
	v.activity_count,
	v.outcome_count,
	v.received_at,
	case when d.municipality_code is null then v.due_at else d.due_at end as due_at,
	coalesce(d.timeliness, v.timeliness) as timeliness,
	coalesce(d.late_seconds, v.late_seconds) as late_seconds,
	r.first_accepted_at,
	r.accepted_at,
	encode(v.sha256, 'hex') as sha256,
	split_part(v.principal_uri, '/', 4) = 'secretariat' as delegated,
	c.confirmed_at,
	d.released_at
from renkei.report r
join renkei.report_version v on v.municipality_code = r.municipality_code and v.version_id = r.accepted_version_id
left join renkei.report_confirmation c on c.municipality_code = v.municipality_code and c.version_id = v.version_id
left join renkei.report_release d on d.municipality_code = v.municipality_code and d.version_id = v.version_id;
comment on column renkei_api.reports.delegated is 'Entered by the secretariat for the municipality (代理提出).';
comment on column renkei_api.reports.confirmed_at is 'When the municipality confirmed what was entered for it, UTC; null = not delegated, or not confirmed.';
comment on view renkei_api.reports is 'Accepted reports: of each the version that counts.';
grant select on renkei_api.reports to renkei_analyst;
