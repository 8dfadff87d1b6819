-- renkei_api.export_partner_governments - Chinese provinces and cities of the platform.
create view renkei_api.export_partner_governments as
select g.partner_code,
	g.name_ja,
	g.name_zh,
	g.name_en,
	g.level,
	g.parent_code,
	g.served_by
from renkei.partner_government g;
comment on view renkei_api.export_partner_governments is 'Chinese provinces and cities of the platform.';
grant select on renkei_api.export_partner_governments to renkei_analyst;
