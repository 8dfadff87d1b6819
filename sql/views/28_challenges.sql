-- renkei_api.challenges - Challenges, but those for the secretariat only.
create view renkei_api.challenges as
select v.municipality_code,
	v.version_id,
	c.challenge_id,
	c.text,
	c.category,
	c.severity,
	c.support_wanted,
	c.state,
	c.disclosure
from renkei_api.reports v
join renkei.challenge c on c.municipality_code = v.municipality_code and c.version_id = v.version_id
where c.disclosure is distinct from 'secretariat';
comment on view renkei_api.challenges is 'Challenges, but those for the secretariat only.';
grant select on renkei_api.challenges to renkei_analyst;
