-- renkei_api.export_type_history - Dated types of cooperations: of the registry, and of accepted reports.
create view renkei_api.export_type_history as
select h.cooperation_id collate "C" as cooperation_id,
	'' collate "C" as receipt_number,
	h.entry as position,
	h.type,
	renkei.partial_date_text(h.effective) as effective,
	(h.effective).precision as effective_precision,
	-- They have no level of disclosure.
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then h.reason end as reason,
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then h.evidence end as evidence
from renkei.type_history h
where h.recorded_at <= coalesce(nullif((select current_setting('renkei.export_as_of', true)), '')::timestamptz, now())
union all
select t.municipality_code || '-' || t.partner_code,
	v.receipt_number,
	t.position::integer,
	t.new_type,
	renkei.partial_date_text(t.effective),
	(t.effective).precision,
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then t.reason end,
	case when (select current_setting('renkei.export_disclosure', true)) is distinct from 'public' then t.evidence end
from renkei_api.export_versions v
join renkei.type_change t on t.municipality_code = v.municipality_code and t.version_id = v.version_id;
comment on view renkei_api.export_type_history is 'Dated types of cooperations: of the registry, and of accepted reports.';
comment on column renkei_api.export_type_history.cooperation_id is 'Cooperation.';
comment on column renkei_api.export_type_history.receipt_number is 'Report that said so; empty = the registry.';
comment on column renkei_api.export_type_history.position is 'Number of the entry, from 1.';
comment on column renkei_api.export_type_history.type is 'A, or B (A and joint research or model projects).';
comment on column renkei_api.export_type_history.effective is 'Since when; null = not known, counted as from the start.';
comment on column renkei_api.export_type_history.effective_precision is 'How much of the date is known: day, month, year, fiscal_year.';
comment on column renkei_api.export_type_history.reason is 'Why.';
comment on column renkei_api.export_type_history.evidence is 'Document it rests on.';
grant select on renkei_api.export_type_history to renkei_analyst;
