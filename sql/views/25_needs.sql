-- renkei_api.needs - Needs of the Chinese side, but those for the secretariat only.
create view renkei_api.needs as
select v.municipality_code,
	v.version_id,
	n.need_id,
	renkei.partial_date_text(n.said_on) as said_on,
	(n.said_on).precision as said_on_precision,
	n.partner_code,
	n.theme,
	n.text_ja,
	n.text_zh,
	n.level,
	n.urgency,
	n.response,
	renkei.partial_date_text(n.responded) as responded,
	(n.responded).precision as responded_precision,
	n.passed_to_municipality_code,
	n.supplied_by,
	n.disclosure,
	n.addressed_to
from renkei_api.reports v
join renkei.need n on n.municipality_code = v.municipality_code and n.version_id = v.version_id
where n.disclosure is distinct from 'secretariat';
comment on view renkei_api.needs is 'Needs of the Chinese side, but those for the secretariat only.';
grant select on renkei_api.needs to renkei_analyst;
