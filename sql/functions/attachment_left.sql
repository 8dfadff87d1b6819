-- renkei_api.attachment_left - has an attachment left its house: no release (決裁) was required when it was sent, or a report of its quarter
-- was submitted or released since.
--
-- As with a report, what was set later changes nothing: to turn the setting off shows nobody what waits.
create function renkei_api.attachment_left(p renkei.attachment) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select not coalesce((select s.release_required from renkei.release_setting s
			where s.municipality_code = p.municipality_code and s.set_at <= p.received_at order by s.entry desc limit 1), false)
		or exists (select from renkei.report r where r.municipality_code = p.municipality_code and r.fiscal_year = p.fiscal_year
			and r.quarter = p.quarter and r.variant = p.variant and r.received_at >= p.received_at)
		or exists (select from renkei.attachment_release f where f.municipality_code = p.municipality_code and f.fiscal_year = p.fiscal_year
			and f.quarter = p.quarter and f.variant = p.variant and f.serial = p.serial)
$$;
