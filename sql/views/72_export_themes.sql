-- renkei_api.export_themes - Controlled list of themes.
create view renkei_api.export_themes as
select t.theme,
	t.position,
	t.label_ja,
	t.label_en,
	t.label_zh,
	t.in_scope,
	t.list_version
from renkei.theme t;
comment on view renkei_api.export_themes is 'Controlled list of themes.';
grant select on renkei_api.export_themes to renkei_analyst;
