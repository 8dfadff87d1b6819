-- renkei_api.activities - Events of accepted reports, but those for the secretariat only.
create view renkei_api.activities as
select v.municipality_code,
	v.version_id,
	a.activity_id,
	v.fiscal_year,
	v.quarter,
	v.receipt_number,
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
from renkei_api.reports v
join renkei.activity a on a.municipality_code = v.municipality_code and a.version_id = v.version_id
where a.disclosure is distinct from 'secretariat';
comment on view renkei_api.activities is 'Events of accepted reports, but those for the secretariat only.';
comment on column renkei_api.activities.receipt_number is 'Receipt number of the report it stands in.';
comment on column renkei_api.activities.fiscal_year is 'Fiscal year of the report.';
comment on column renkei_api.activities.quarter is 'Quarter of the report.';
comment on column renkei_api.activities.occurrences is 'Number of occurrences the record stands for.';
grant select on renkei_api.activities to renkei_analyst;
