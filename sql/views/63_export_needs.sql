-- renkei_api.export_needs - Needs of the Chinese side.
create view renkei_api.export_needs as
select v.receipt_number,
	v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
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
	n.addressed_to,
	n.disclosure
from renkei_api.export_versions v
join renkei.need n on n.municipality_code = v.municipality_code and n.version_id = v.version_id
where n.disclosure is distinct from 'secretariat' and (n.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public');
comment on view renkei_api.export_needs is 'Needs of the Chinese side.';
grant select on renkei_api.export_needs to renkei_analyst;
