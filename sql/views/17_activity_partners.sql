-- renkei_api.activity_partners - Chinese governments in events, with role.
create view renkei_api.activity_partners as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	c.partner_code,
	c.role
from renkei_api.activities v
join renkei.activity_partner c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.activity_partners is 'Chinese governments in events, with role.';
grant select on renkei_api.activity_partners to renkei_analyst;
