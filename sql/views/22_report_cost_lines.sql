-- renkei_api.report_cost_lines - Who bears which cost that belongs to no single event.
create view renkei_api.report_cost_lines as
select v.municipality_code,
	v.version_id,
	c.position,
	c.item,
	c.payer,
	c.share,
	c.partner_code,
	c.currency,
	c.minor_units,
	c.upper_minor_units,
	c.accuracy,
	c.note,
	c.payer_municipality_code
from renkei_api.reports v
join renkei.report_cost_line c on c.municipality_code = v.municipality_code and c.version_id = v.version_id;
comment on view renkei_api.report_cost_lines is 'Who bears which cost that belongs to no single event.';
grant select on renkei_api.report_cost_lines to renkei_analyst;
