-- renkei_api.project_partners - Chinese governments in projects.
create view renkei_api.project_partners as
select v.municipality_code,
	v.version_id,
	v.project_id,
	c.position,
	c.partner_code
from renkei_api.projects v
join renkei.project_partner c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.project_id = v.project_id;
comment on view renkei_api.project_partners is 'Chinese governments in projects.';
grant select on renkei_api.project_partners to renkei_analyst;
