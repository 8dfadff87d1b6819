-- renkei_api.cooperations - Cooperations.
create view renkei_api.cooperations as
select c.cooperation_id,
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
comment on view renkei_api.cooperations is 'Cooperations.';
grant select on renkei_api.cooperations to renkei_analyst;
