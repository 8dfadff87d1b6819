-- renkei_api.partner_governments - Chinese governments, a row for each interval of taking part.
create view renkei_api.partner_governments as
select g.partner_code,
	g.name_ja,
	g.name_zh,
	g.name_en,
	g.level,
	g.parent_code,
	g.served_by,
	p.position as interval,
	renkei.partial_date_text(p.began) as began,
	(p.began).precision as began_precision,
	renkei.partial_date_text(p.ended) as ended,
	(p.ended).precision as ended_precision,
	p.basis
from renkei.partner_government g
left join renkei.partner_participation p on p.partner_code = g.partner_code;
comment on view renkei_api.partner_governments is 'Chinese governments, a row for each interval of taking part.';
comment on column renkei_api.partner_governments.interval is 'Number of the interval of taking part; a government has a row for each.';
grant select on renkei_api.partner_governments to renkei_analyst;
