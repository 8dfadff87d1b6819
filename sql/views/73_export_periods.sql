-- renkei_api.export_periods - Reporting periods with deadlines.
create view renkei_api.export_periods as
select p.fiscal_year,
	p.quarter,
	p.variant,
	p.opens_at,
	p.due_at,
	p.due_rule_ja,
	p.due_rule_en,
	p.due_rule_zh
from renkei.reporting_period p;
comment on view renkei_api.export_periods is 'Reporting periods with deadlines.';
grant select on renkei_api.export_periods to renkei_analyst;
