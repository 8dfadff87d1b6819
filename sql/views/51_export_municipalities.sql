-- renkei_api.export_municipalities - Japanese municipalities of the platform.
create view renkei_api.export_municipalities as
select m.municipality_code,
	m.name_ja,
	m.name_kana,
	m.name_en,
	m.name_zh,
	m.kind,
	m.prefecture_code,
	m.state
from renkei.municipality m;
comment on view renkei_api.export_municipalities is 'Japanese municipalities of the platform.';
grant select on renkei_api.export_municipalities to renkei_analyst;
