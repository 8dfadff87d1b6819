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
	-- As renkei_api.working_days counts, which readers of views may not call; test_review_times.sql compares the two.
	greatest(0, 5 * (n.until / 7) + least(n.until % 7 + 1, 5) - 5 * (n.since / 7) - least(n.since % 7 + 1, 5)
		- (select count(*)::integer from renkei.holiday h where h.country = 'JP' and h.day > date '2000-01-03' + n.since
			and h.day <= date '2000-01-03' + n.until and extract(isodow from h.day) < 6)) as review_working_days,
	v.delegated,
	v.confirmed_at,
	v.sha256,
	-- It has no level of disclosure.
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then v.change_reason end as change_reason
from renkei_api.export_versions v
cross join lateral (select (coalesce(v.released_at, v.received_at) at time zone 'Asia/Tokyo')::date - date '2000-01-03' as since,
	(v.accepted_at at time zone 'Asia/Tokyo')::date - date '2000-01-03' as until) n;
comment on column renkei_api.export_reports.review_working_days is 'Working days in Japan that the secretariat took from the submission (or release) to the acceptance; 0 = the same day.';
comment on view renkei_api.export_reports is 'Accepted reports with their times, lateness and versions.';
grant select on renkei_api.export_reports to renkei_analyst;
