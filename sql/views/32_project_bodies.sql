-- renkei_api.project_bodies - Bodies in projects.
create view renkei_api.project_bodies as
select v.municipality_code,
	v.version_id,
	v.project_id,
	c.position,
	c.body
from renkei_api.projects v
join renkei.project_body c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.project_id = v.project_id;
comment on view renkei_api.project_bodies is 'Bodies in projects.';
grant select on renkei_api.project_bodies to renkei_analyst;
