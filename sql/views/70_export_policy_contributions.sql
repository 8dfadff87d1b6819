-- renkei_api.export_policy_contributions - Contributions to Chinese policy or air; never an automatic attribution.
create view renkei_api.export_policy_contributions as
select v.receipt_number,
	v.municipality_code,
	v.version_id,
	v.fiscal_year,
	v.quarter,
	v.variant,
	c.contribution_id,
	c.position,
	c.partner_code,
	c.level,
	c.text,
	c.document_issuer,
	c.document_title_ja,
	c.document_title_zh,
	c.document_number,
	renkei.partial_date_text(c.document_date) as document_date,
	(c.document_date).precision as document_date_precision,
	c.agreement,
	c.pathway,
	c.confirmed_by_cn,
	renkei.partial_date_text(c.confirmed_date) as confirmed_date,
	(c.confirmed_date).precision as confirmed_date_precision,
	c.theme,
	c.disclosure
from renkei_api.export_versions v
join renkei.policy_contribution c on c.municipality_code = v.municipality_code and c.version_id = v.version_id
where c.disclosure is distinct from 'secretariat' and (c.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public');
comment on view renkei_api.export_policy_contributions is 'Contributions to Chinese policy or air; never an automatic attribution.';
grant select on renkei_api.export_policy_contributions to renkei_analyst;
