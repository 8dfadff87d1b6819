-- renkei_api.hearings_said - what municipalities said at meetings for or against statements and indicators of an evaluation.
-- Takes    the moment, null = now; the range of fiscal years.
-- Returns  one row a record and tag: only the last wording of the moment stands, and none that its municipality objects to. confirmed_at is null where it has
--          not answered yet; disclosure says to whom the words may be named as its own.
create function renkei_api.hearings_said(p_as_of timestamptz, p_first integer, p_last integer)
returns table (tag text, stance text, number text, held_on text, municipality_code text, confirmed_at timestamptz, disclosure text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select t.statement_id::text, t.stance::text, m.fiscal_year || '-M' || m.serial, m.held_on, r.municipality_code::text, a.answered_at,
		coalesce(a.disclosure::text, 'parties')
	from renkei.meeting m
	cross join lateral (select distinct on (k.municipality_code) k.municipality_code, k.wording from renkei.meeting_record k
		where k.fiscal_year = m.fiscal_year and k.serial = m.serial and (p_as_of is null or k.recorded_at <= p_as_of)
		order by k.municipality_code, k.wording desc) r
	left join lateral (select k.confirmed, k.answered_at, k.disclosure from renkei.meeting_answer k
		where k.municipality_code = r.municipality_code and k.fiscal_year = m.fiscal_year and k.serial = m.serial and k.wording = r.wording
			and (p_as_of is null or k.answered_at <= p_as_of)
		order by k.answer desc limit 1) a on true
	join renkei.meeting_tag t on t.municipality_code = r.municipality_code and t.fiscal_year = m.fiscal_year and t.serial = m.serial and t.wording = r.wording
	where m.fiscal_year between p_first and p_last and coalesce(a.confirmed, true)
$$;
