-- renkei_api.organisations - Companies, associations and institutes in events; named only with their consent.
create view renkei_api.organisations as
select v.municipality_code,
	v.version_id,
	v.activity_id,
	c.position,
	case when c.consent_to_be_named = 'yes' then c.name end as name,
	c.kind,
	c.role,
	c.learned,
	c.publicity,
	c.issue,
	c.follow_up,
	c.consent_to_be_named,
	c.learned_text
from renkei_api.activities v
join renkei.activity_organisation c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.organisations is 'Companies, associations and institutes in events; named only with their consent.';
comment on column renkei_api.organisations.name is 'Name; null without consent to be named.';
grant select on renkei_api.organisations to renkei_analyst;
