-- renkei_api.activity_schemes - Schemes under which events ran.
create view renkei_api.activity_schemes as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	c.scheme
from renkei_api.activities v
join renkei.activity_scheme c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.activity_schemes is 'Schemes under which events ran.';
grant select on renkei_api.activity_schemes to renkei_analyst;
