-- renkei_api.project_municipalities - Other Japanese municipalities in projects.
create view renkei_api.project_municipalities as
select v.municipality_code,
	v.version_id,
	v.project_id,
	c.position,
	c.party_municipality_code
from renkei_api.projects v
join renkei.project_municipality c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.project_id = v.project_id;
comment on view renkei_api.project_municipalities is 'Other Japanese municipalities in projects.';
grant select on renkei_api.project_municipalities to renkei_analyst;
