-- renkei_api.activity_municipalities - Japanese municipalities in events, with role.
create view renkei_api.activity_municipalities as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	c.party_municipality_code,
	c.role
from renkei_api.activities v
join renkei.activity_municipality c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.activity_municipalities is 'Japanese municipalities in events, with role.';
grant select on renkei_api.activity_municipalities to renkei_analyst;
