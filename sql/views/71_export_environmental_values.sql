-- renkei_api.export_environmental_values - Measured values before and after.
create view renkei_api.export_environmental_values as
select v.receipt_number,
	v.contribution_id,
	c.position,
	c.pollutant,
	c.statistic,
	c.unit,
	c.area,
	c.base_year,
	c.base_value,
	c.latest_year,
	c.latest_value,
	c.source
from renkei_api.export_policy_contributions v
join renkei.environmental_value c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.contribution_id = v.contribution_id;
comment on view renkei_api.export_environmental_values is 'Measured values before and after.';
grant select on renkei_api.export_environmental_values to renkei_analyst;
