-- renkei_api.export_cooperations - Cooperations of a municipality with a Chinese government.
create view renkei_api.export_cooperations as
select c.cooperation_id collate "C" as cooperation_id,
	c.municipality_code,
	c.partner_code,
	c.basis,
	renkei.partial_date_text(c.basis_date) as basis_date,
	(c.basis_date).precision as basis_date_precision,
	c.status,
	renkei.partial_date_text(c.status_since) as status_since,
	(c.status_since).precision as status_since_precision,
	c.source
from renkei.cooperation c;
comment on view renkei_api.export_cooperations is 'Cooperations of a municipality with a Chinese government.';
comment on column renkei_api.export_cooperations.cooperation_id is 'Municipality code or platform, hyphen, partner code or unknown.';
grant select on renkei_api.export_cooperations to renkei_analyst;
