-- renkei_api.activity_cost_lines - Who bears which cost of events; yen and yuan are never added.
create view renkei_api.activity_cost_lines as
select v.municipality_code,
	v.version_id,
	v.activity_id,
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
from renkei_api.activities v
join renkei.activity_cost_line c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.activity_cost_lines is 'Who bears which cost of events; yen and yuan are never added.';
grant select on renkei_api.activity_cost_lines to renkei_analyst;
