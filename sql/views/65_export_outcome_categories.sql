-- renkei_api.export_outcome_categories - What outcomes are about.
create view renkei_api.export_outcome_categories as
select v.receipt_number,
	v.outcome_id,
	c.position,
	c.category
from renkei_api.export_outcomes v
join renkei.outcome_category c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.outcome_id = v.outcome_id;
comment on view renkei_api.export_outcome_categories is 'What outcomes are about.';
grant select on renkei_api.export_outcome_categories to renkei_analyst;
