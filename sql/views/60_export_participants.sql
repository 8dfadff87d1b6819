-- renkei_api.export_participants - Numbers of people of events, a row for each side and category.
create view renkei_api.export_participants as
select v.receipt_number,
	v.activity_id,
	c.position,
	c.side,
	c.category,
	c.persons,
	c.person_times,
	c.person_days,
	c.basis
from renkei_api.export_activities v
join renkei.activity_participants c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.export_participants is 'Numbers of people of events, a row for each side and category.';
grant select on renkei_api.export_participants to renkei_analyst;
