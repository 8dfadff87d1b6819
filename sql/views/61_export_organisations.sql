-- renkei_api.export_organisations - Companies, associations and institutes in events; named only with their consent.
create view renkei_api.export_organisations as
select v.receipt_number,
	v.activity_id,
	c.position,
	case when c.consent_to_be_named = 'yes' then c.name end as organisation_name,
	c.kind,
	c.role,
	c.learned,
	c.publicity,
	c.issue,
	c.follow_up,
	c.consent_to_be_named,
	c.learned_text
from renkei_api.export_activities v
join renkei.activity_organisation c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id;
comment on view renkei_api.export_organisations is 'Companies, associations and institutes in events; named only with their consent.';
comment on column renkei_api.export_organisations.organisation_name is 'Name; null = no consent to be named.';
grant select on renkei_api.export_organisations to renkei_analyst;
