-- renkei_api.attachment_record_shown - may a caller of this role and tenant know which record an attachment is evidence for.
-- Returns  true where there is none.  To others than its own house and the secretariat it is shown while the report's latest or accepted version has the record, and
--          none of the two keeps it to the secretariat.
-- Whoever asks has opened the wall, as for attachment_seen.
create function renkei_api.attachment_record_shown(p renkei.attachment, p_role text, p_tenant text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select p.record_id is null or coalesce(p_role = 'secretariat' or p_role in ('municipality', 'approver') and p_tenant = p.municipality_code
		or (select bool_and(d.disclosure is distinct from 'secretariat')
			from renkei.report r
			join renkei_api.record_disclosures d on d.municipality_code = r.municipality_code and d.version_id in (r.latest_version_id, r.accepted_version_id)
				and d.list = p.record_list and d.record_id = p.record_id
			where r.municipality_code = p.municipality_code and r.fiscal_year = p.fiscal_year and r.quarter = p.quarter and r.variant = p.variant), false)
$$;
