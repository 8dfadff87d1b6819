-- renkei_api.export_versions - Accepted versions of reports as an export wants them: at a moment, the newest or all.
create view renkei_api.export_versions as
select v.municipality_code,
	v.version_id,
	v.receipt_number,
	v.fiscal_year,
	v.quarter,
	v.variant,
	v.version,
	a.superseded_by,
	v.action,
	v.nil,
	v.activity_count,
	v.outcome_count,
	v.received_at,
	case when d.municipality_code is null then v.due_at else d.due_at end as due_at,
	coalesce(d.timeliness, v.timeliness) as timeliness,
	coalesce(d.late_seconds, v.late_seconds) as late_seconds,
	a.first_accepted_at,
	a.at as accepted_at,
	d.released_at,
	split_part(v.principal_uri, '/', 4) = 'secretariat' as delegated,
	case when c.confirmed_at <= a.as_of then c.confirmed_at end as confirmed_at,
	encode(v.sha256, 'hex') as sha256,
	v.change_reason
from (select t.municipality_code, t.version_id, t.at, s.as_of, lead(t.version) over w as superseded_by, min(t.at) over w as first_accepted_at
	from renkei.report_transition t
	cross join (select coalesce(nullif(current_setting('renkei.export_as_of', true), '')::timestamptz, now()) as as_of) s
	where t.state = 'accepted' and t.at <= s.as_of
	window w as (partition by t.municipality_code, t.fiscal_year, t.quarter, t.variant order by t.step)) a
join renkei.report_version v on v.municipality_code = a.municipality_code and v.version_id = a.version_id
left join renkei.report_confirmation c on c.municipality_code = v.municipality_code and c.version_id = v.version_id
left join renkei.report_release d on d.municipality_code = v.municipality_code and d.version_id = v.version_id
where a.superseded_by is null or (select current_setting('renkei.export_versions', true)) = 'all';
comment on view renkei_api.export_versions is 'Accepted versions of reports as an export wants them: at a moment, the newest or all.';
comment on column renkei_api.export_versions.superseded_by is 'Version that was accepted in the place of this one; null = it counts.';
comment on column renkei_api.export_versions.first_accepted_at is 'When a version of this report was first accepted, UTC.';
comment on column renkei_api.export_versions.accepted_at is 'When this version was accepted, UTC.';
comment on column renkei_api.export_versions.due_at is 'Deadline it was compared with, UTC; null = none.';
comment on column renkei_api.export_versions.timeliness is 'On time, late, or without deadline.';
comment on column renkei_api.export_versions.late_seconds is 'Whole seconds after the second of the deadline; 0 = not late.';
comment on column renkei_api.export_versions.released_at is 'When the municipality released it (決裁), UTC; null = no release was required.';
comment on column renkei_api.export_versions.delegated is 'Entered by the secretariat for the municipality (代理提出).';
comment on column renkei_api.export_versions.confirmed_at is 'When the municipality confirmed what was entered for it, UTC; null = not delegated, or not confirmed.';
comment on column renkei_api.export_versions.sha256 is 'SHA-256 of the bytes of the report, as in its receipt.';
grant select on renkei_api.export_versions to renkei_analyst;
