-- renkei_api.outcome_evidence - Evidence of outcomes other than events.
create view renkei_api.outcome_evidence as
select v.municipality_code,
	v.version_id,
	v.outcome_id,
	c.position,
	c.evidence
from renkei_api.outcomes v
join renkei.outcome_evidence c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.outcome_id = v.outcome_id;
comment on view renkei_api.outcome_evidence is 'Evidence of outcomes other than events.';
grant select on renkei_api.outcome_evidence to renkei_analyst;
