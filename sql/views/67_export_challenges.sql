-- renkei_api.export_challenges - What stands in the way.
create view renkei_api.export_challenges as
select v.receipt_number,
	v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
	c.challenge_id,
	c.position,
	c.text,
	c.category,
	c.severity,
	c.support_wanted,
	c.state,
	c.disclosure
from renkei_api.export_versions v
join renkei.challenge c on c.municipality_code = v.municipality_code and c.version_id = v.version_id
where c.disclosure is distinct from 'secretariat' and (c.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public');
comment on view renkei_api.export_challenges is 'What stands in the way.';
grant select on renkei_api.export_challenges to renkei_analyst;
