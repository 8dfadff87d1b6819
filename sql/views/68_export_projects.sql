-- renkei_api.export_projects - Joint research and model projects with the logic from output to reduction.
create view renkei_api.export_projects as
select v.receipt_number,
	v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
	p.project_id,
	p.kind,
	p.status,
	renkei.partial_date_text(p.began) as began,
	(p.began).precision as began_precision,
	renkei.partial_date_text(p.ended) as ended,
	(p.ended).precision as ended_precision,
	p.title,
	p.problem,
	p.theme,
	p.intended_user,
	p.output,
	p.use_in_policy,
	p.measure,
	p.pathway,
	p.pollutant,
	p.reduction_tonnes_per_year,
	p.reduction_text,
	p.indicator,
	p.result_report,
	renkei.partial_date_text(p.result_report_date) as result_report_date,
	(p.result_report_date).precision as result_report_date_precision,
	p.disclosure
from renkei_api.export_versions v
join renkei.project p on p.municipality_code = v.municipality_code and p.version_id = v.version_id
where p.disclosure is distinct from 'secretariat' and (p.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public');
comment on view renkei_api.export_projects is 'Joint research and model projects with the logic from output to reduction.';
grant select on renkei_api.export_projects to renkei_analyst;
