-- renkei_api.activity_sources - Where the figures of events come from.
create view renkei_api.activity_sources as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	c.title,
	c.publisher,
	c.url
from renkei_api.activities v
join renkei.activity_source c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.activity_sources is 'Where the figures of events come from.';
grant select on renkei_api.activity_sources to renkei_analyst;
