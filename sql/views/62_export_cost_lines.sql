-- renkei_api.export_cost_lines - Who bears which cost of events and reports; yen and yuan are never added.
create view renkei_api.export_cost_lines as
select v.receipt_number,
	v.activity_id::text collate "C" as activity_id,
	c.position,
	c.item,
	c.payer,
	c.share,
	c.payer_municipality_code,
	c.partner_code,
	c.currency,
	c.minor_units,
	c.upper_minor_units,
	c.accuracy,
	c.note
from renkei_api.export_activities v
join renkei.activity_cost_line c on c.municipality_code = v.municipality_code and c.version_id = v.version_id and c.activity_id = v.activity_id
union all
select v.receipt_number,
	'',
	c.position,
	c.item,
	c.payer,
	c.share,
	c.payer_municipality_code,
	c.partner_code,
	c.currency,
	c.minor_units,
	c.upper_minor_units,
	c.accuracy,
	c.note
from renkei_api.export_versions v
join renkei.report_cost_line c on c.municipality_code = v.municipality_code and c.version_id = v.version_id
-- Those of no event have no level of disclosure.
where (select current_setting('renkei.export_disclosure', true)) is distinct from 'public';
comment on view renkei_api.export_cost_lines is 'Who bears which cost of events and reports; yen and yuan are never added.';
comment on column renkei_api.export_cost_lines.receipt_number is 'Report it stands in.';
comment on column renkei_api.export_cost_lines.activity_id is 'Event it belongs to; empty = of the report, and of no single event.';
comment on column renkei_api.export_cost_lines.position is 'Place in its list, from 1.';
comment on column renkei_api.export_cost_lines.item is 'What it pays.';
comment on column renkei_api.export_cost_lines.payer is 'Whose money; unknown is not nobody.';
comment on column renkei_api.export_cost_lines.share is 'How much of the item the payer bears.';
comment on column renkei_api.export_cost_lines.payer_municipality_code is 'Japanese municipality that pays: Japanese local government code; null = the reporting one, or not known which.';
comment on column renkei_api.export_cost_lines.partner_code is 'Chinese government that pays: GB/T 2260 code; null = not known which.';
comment on column renkei_api.export_cost_lines.currency is 'ISO 4217; amounts of two currencies are never added.';
comment on column renkei_api.export_cost_lines.minor_units is 'Amount in yen or fen, or the lower end of a band; null = not given.';
comment on column renkei_api.export_cost_lines.upper_minor_units is 'Upper end of a band, same currency.';
comment on column renkei_api.export_cost_lines.accuracy is 'How exact the amount is.';
comment on column renkei_api.export_cost_lines.note is 'Note.';
grant select on renkei_api.export_cost_lines to renkei_analyst;
