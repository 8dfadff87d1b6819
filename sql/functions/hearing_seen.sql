-- renkei_api.hearing_seen - may the caller read this wording of what a municipality said at a meeting.
-- Its municipality, its approver and the secretariat read every one; others those that it confirmed and did not keep for the secretariat, as long as it does
-- not keep a later wording so: that tells of the same.
create function renkei_api.hearing_seen(p renkei.meeting_record) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(current_setting('renkei.role', true) in ('municipality', 'approver', 'secretariat'), false)
		or coalesce((select a.confirmed from renkei.meeting_answer a where a.municipality_code = p.municipality_code and a.fiscal_year = p.fiscal_year
				and a.serial = p.serial and a.wording = p.wording order by a.answer desc limit 1), false)
			and not exists (select from (select distinct on (a.wording) a.disclosure from renkei.meeting_answer a
					where a.municipality_code = p.municipality_code and a.fiscal_year = p.fiscal_year and a.serial = p.serial and a.wording >= p.wording
					order by a.wording, a.answer desc) l
				where l.disclosure = 'secretariat')
$$;
