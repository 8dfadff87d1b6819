-- renkei_api.export_reports - Accepted reports with their times, lateness and versions.
create view renkei_api.export_reports as
select v.receipt_number,
	v.municipality_code,
	v.fiscal_year,
	v.quarter,
	v.variant,
	v.version,
	v.superseded_by,
	v.action,
	v.nil,
	v.activity_count,
	v.outcome_count,
	v.received_at,
	v.due_at,
	v.timeliness,
	v.late_seconds,
	v.first_accepted_at,
	v.accepted_at,
	v.released_at,
	v.delegated,
	v.confirmed_at,
	v.sha256,
	-- It has no level of disclosure.
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then v.change_reason end as change_reason
from renkei_api.export_versions v;
comment on view renkei_api.export_reports is 'Accepted reports with their times, lateness and versions.';
grant select on renkei_api.export_reports to renkei_analyst;
