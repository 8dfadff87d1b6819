-- renkei_api.intentions - Intentions for cooperations after the programme.
create view renkei_api.intentions as
select v.municipality_code,
	v.version_id,
	c.position,
	c.partner_code,
	c.kind,
	c.means,
	c.benefit_jp,
	c.benefit_cn
from renkei_api.reports v
join renkei.intention c on c.municipality_code = v.municipality_code and c.version_id = v.version_id;
comment on view renkei_api.intentions is 'Intentions for cooperations after the programme.';
grant select on renkei_api.intentions to renkei_analyst;
