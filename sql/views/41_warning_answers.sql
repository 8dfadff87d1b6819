-- renkei_api.warning_answers - Reasons given for values that the rules warn of.
create view renkei_api.warning_answers as
select v.municipality_code,
	v.version_id,
	c.position,
	c.code,
	c.field_path,
	c.value,
	c.reason
from renkei_api.reports v
join renkei.warning_answer c on c.municipality_code = v.municipality_code and c.version_id = v.version_id;
comment on view renkei_api.warning_answers is 'Reasons given for values that the rules warn of.';
grant select on renkei_api.warning_answers to renkei_analyst;
