-- renkei_api.export_attachments - Files that lay beside accepted reports when these were accepted, by their digests: the bytes are not exported.
create view renkei_api.export_attachments as
select v.receipt_number,
	regexp_replace(v.receipt_number, '[0-9]+$', 'A' || a.serial) collate "C" as attachment_number,
	v.municipality_code,
	v.fiscal_year,
	v.quarter,
	v.variant,
	a.kind,
	a.title,
	a.language::text collate "C" as language,
	(case when k.shown then a.record_list end)::renkei.record_list as record_list,
	(case when k.shown then a.record_id end)::renkei.own_id as record_id,
	a.file_name,
	a.type,
	a.size,
	encode(a.sha256, 'hex') as sha256,
	a.disclosure,
	a.received_at
from renkei_api.export_versions v
join renkei.attachment a on a.municipality_code = v.municipality_code and a.fiscal_year = v.fiscal_year and a.quarter = v.quarter and a.variant = v.variant
	and a.received_at <= v.accepted_at and (a.removed_at is null or a.removed_at > v.accepted_at)
left join lateral (
	-- The record, where this version has it and an export shows it.
	select r.disclosure is distinct from 'secretariat'
		and (r.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public') as shown
	from renkei_api.record_disclosures r
	where r.municipality_code = v.municipality_code and r.version_id = v.version_id and r.list = a.record_list and r.record_id = a.record_id) k on true
where a.disclosure is distinct from 'secretariat'
	and (a.disclosure = 'public' or (select current_setting('renkei.export_disclosure', true)) is distinct from 'public')
	-- It left its house: no release was required when it was sent, or the report left after it.
	and (not coalesce((select s.release_required from renkei.release_setting s where s.municipality_code = a.municipality_code
			and s.set_at <= a.received_at order by s.entry desc limit 1), false)
		or coalesce(v.released_at, v.received_at) >= a.received_at);
comment on view renkei_api.export_attachments is 'Files that lay beside accepted reports when these were accepted, by their digests: the bytes are not exported.';
comment on column renkei_api.export_attachments.attachment_number is 'Number of the attachment (添付番号).';
comment on column renkei_api.export_attachments.record_list is 'List of the report that holds the record it is evidence for; null = it belongs to the quarter, or the record is not shown.';
comment on column renkei_api.export_attachments.record_id is 'That record''s id in its report.';
comment on column renkei_api.export_attachments.sha256 is 'SHA-256 of the file''s bytes, as in its receipt.';
comment on column renkei_api.export_attachments.size is 'Size of the file in bytes.';
grant select on renkei_api.export_attachments to renkei_analyst;
