-- renkei_api.export_participation - Intervals in which municipalities and Chinese governments take part.
create view renkei_api.export_participation as
select 'jp'::renkei.side as side,
	p.municipality_code::text collate "C" as code,
	p.position as interval,
	renkei.partial_date_text(p.began) as began,
	(p.began).precision as began_precision,
	renkei.partial_date_text(p.ended) as ended,
	(p.ended).precision as ended_precision,
	p.basis
from renkei.municipality_participation p
union all
select 'cn'::renkei.side,
	p.partner_code::text,
	p.position,
	renkei.partial_date_text(p.began),
	(p.began).precision,
	renkei.partial_date_text(p.ended),
	(p.ended).precision,
	p.basis
from renkei.partner_participation p;
comment on view renkei_api.export_participation is 'Intervals in which municipalities and Chinese governments take part.';
comment on column renkei_api.export_participation.side is 'Japanese or Chinese side: the system of the code.';
comment on column renkei_api.export_participation.code is 'Japanese local government code (side jp) or GB/T 2260 code (side cn).';
comment on column renkei_api.export_participation.interval is 'Number of the interval, from 1.';
comment on column renkei_api.export_participation.began is 'From; null = not known.';
comment on column renkei_api.export_participation.ended is 'To; null = still taking part.';
comment on column renkei_api.export_participation.basis is 'Document it rests on.';
grant select on renkei_api.export_participation to renkei_analyst;
