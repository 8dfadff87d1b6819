-- renkei_api.municipalities - Japanese municipalities with their first and last interval of taking part.
create view renkei_api.municipalities as
select m.municipality_code,
	m.name_ja,
	m.name_kana,
	m.name_en,
	m.name_zh,
	m.kind,
	m.prefecture_code,
	m.state,
	p.position as interval,
	renkei.partial_date_text(p.began) as began,
	(p.began).precision as began_precision,
	renkei.partial_date_text(p.ended) as ended,
	(p.ended).precision as ended_precision,
	p.basis
from renkei.municipality m
left join renkei.municipality_participation p on p.municipality_code = m.municipality_code;
comment on view renkei_api.municipalities is 'Japanese municipalities with their first and last interval of taking part.';
comment on column renkei_api.municipalities.interval is 'Number of the interval of taking part; a municipality has a row for each.';
grant select on renkei_api.municipalities to renkei_analyst;
