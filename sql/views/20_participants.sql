-- renkei_api.participants - Numbers of people of events; unknown is null, seats have basis capacity.
create view renkei_api.participants as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	c.side,
	c.category,
	c.persons,
	c.person_times,
	c.person_days,
	c.basis
from renkei_api.activities v
join renkei.activity_participants c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.participants is 'Numbers of people of events; unknown is null, seats have basis capacity.';
grant select on renkei_api.participants to renkei_analyst;
