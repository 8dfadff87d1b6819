-- renkei_api.activity_bodies - Bodies that carried events out.
create view renkei_api.activity_bodies as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	c.body
from renkei_api.activities v
join renkei.activity_body c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.activity_bodies is 'Bodies that carried events out.';
grant select on renkei_api.activity_bodies to renkei_analyst;
