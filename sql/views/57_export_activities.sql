-- renkei_api.export_activities - Events of accepted reports, a row an event and report.
create view renkei_api.export_activities as
select v.receipt_number,
	v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
	a.activity_id,
	a.kind,
	a.title,
	a.status,
	renkei.partial_date_text(a.planned_start) as planned_start,
	(a.planned_start).precision as planned_start_precision,
	renkei.partial_date_text(a.planned_end) as planned_end,
	(a.planned_end).precision as planned_end_precision,
	renkei.partial_date_text(a.actual_start) as actual_start,
	(a.actual_start).precision as actual_start_precision,
	renkei.partial_date_text(a.actual_end) as actual_end,
	(a.actual_end).precision as actual_end_precision,
	a.days,
	a.country,
	a.city,
	a.mode,
	a.scope,
	a.scope_reason,
	a.need_id,
	a.result,
	a.disclosure,
	coalesce(a.occurrences, 1::smallint) as occurrences,
	a.same_as_municipality_code,
	a.same_as_activity_id
from renkei_api.export_versions v
join renkei.activity a on a.municipality_code = v.municipality_code and a.version_id = v.version_id
where a.disclosure is distinct from 'secretariat' and (a.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public')
	and (a.status is distinct from 'planned' or (select current_setting('renkei.export_planned', true)) = 'on');
comment on view renkei_api.export_activities is 'Events of accepted reports, a row an event and report.';
comment on column renkei_api.export_activities.occurrences is 'Number of occurrences the record stands for.';
grant select on renkei_api.export_activities to renkei_analyst;
