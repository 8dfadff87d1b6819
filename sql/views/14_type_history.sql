-- renkei_api.type_history - dated types of cooperations: of the registry, and of accepted reports.
create view renkei_api.type_history as
select c.cooperation_id, c.municipality_code, c.partner_code, h.type,
	renkei.partial_date_text(h.effective) as effective, (h.effective).precision as effective_precision, h.reason, h.evidence,
	null::text as receipt_number
from renkei.type_history h
join renkei.cooperation c on c.cooperation_id = h.cooperation_id
union all
select t.municipality_code || '-' || t.partner_code, t.municipality_code, t.partner_code, t.new_type,
	renkei.partial_date_text(t.effective), (t.effective).precision, t.reason, t.evidence, v.receipt_number
from renkei_api.reports v
join renkei.type_change t on t.municipality_code = v.municipality_code and t.version_id = v.version_id;
comment on view renkei_api.type_history is 'Dated types of cooperations: of the registry, and of accepted reports.';
comment on column renkei_api.type_history.municipality_code is 'Japanese local government code.';
comment on column renkei_api.type_history.partner_code is 'GB/T 2260 code.';
comment on column renkei_api.type_history.receipt_number is 'Report that said so; null = the registry.';
grant select on renkei_api.type_history to renkei_analyst;
