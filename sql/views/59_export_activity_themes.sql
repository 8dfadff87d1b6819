-- renkei_api.export_activity_themes - Themes of events; position 1 is the primary one.
create view renkei_api.export_activity_themes as
select v.receipt_number,
	v.activity_id,
	c.position,
	c.theme
from renkei_api.export_activities v
join renkei.activity_theme c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.export_activity_themes is 'Themes of events; position 1 is the primary one.';
grant select on renkei_api.export_activity_themes to renkei_analyst;
