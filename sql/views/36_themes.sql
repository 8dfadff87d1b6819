-- renkei_api.themes - Controlled list of themes.
create view renkei_api.themes as
select t.theme,
	t.label_ja,
	t.label_en,
	t.label_zh,
	t.in_scope,
	t.list_version,
	t.position
from renkei.theme t;
comment on view renkei_api.themes is 'Controlled list of themes.';
grant select on renkei_api.themes to renkei_analyst;
