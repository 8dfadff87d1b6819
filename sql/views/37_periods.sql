-- renkei_api.periods - Reporting periods with deadlines.
create view renkei_api.periods as
select p.fiscal_year,
	p.quarter,
	p.variant,
	p.opens_at,
	p.due_at,
	p.due_rule_ja,
	p.due_rule_en,
	p.due_rule_zh
from renkei.reporting_period p;
comment on view renkei_api.periods is 'Reporting periods with deadlines.';
grant select on renkei_api.periods to renkei_analyst;
