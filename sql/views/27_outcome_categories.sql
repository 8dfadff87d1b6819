-- renkei_api.outcome_categories - Categories of outcomes.
create view renkei_api.outcome_categories as
select v.municipality_code,
	v.version_id,
	v.outcome_id,
	c.position,
	c.category
from renkei_api.outcomes v
join renkei.outcome_category c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.outcome_id = v.outcome_id;
comment on view renkei_api.outcome_categories is 'Categories of outcomes.';
grant select on renkei_api.outcome_categories to renkei_analyst;
