-- renkei_api.review_answers - what came to the secretariat, and when it was accepted or returned.
-- Takes    the range of fiscal years.
-- Returns  one row a version that was submitted and not taken back or replaced before it was answered: when it came, how it was answered and when (null = it
--          waits), the working days that took, or has taken until now, and who reviews the report.
create function renkei_api.review_answers(p_first integer, p_last integer)
returns table (municipality_code text, fiscal_year integer, quarter integer, variant text, version integer, submitted_at timestamptz, answer text, answered_at timestamptz,
	working_days integer, reviewer text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select s.municipality_code::text, s.fiscal_year::integer, s.quarter::integer, s.variant::text, s.version::integer, s.at, a.state, a.at,
		renkei_api.working_days(s.at, coalesce(a.at, clock_timestamp())), g.reviewer_uri
	from renkei.report_transition s
	left join lateral (select t.state::text, t.at from renkei.report_transition t
		where t.municipality_code = s.municipality_code and t.fiscal_year = s.fiscal_year and t.quarter = s.quarter and t.variant = s.variant
			and t.step > s.step and t.state <> 'under_review' order by t.step limit 1) a on true
	left join lateral (select k.reviewer_uri from renkei.review_assignment k
		where k.municipality_code = s.municipality_code and k.fiscal_year = s.fiscal_year and k.quarter = s.quarter and k.variant = s.variant
		order by k.number desc limit 1) g on true
	where s.fiscal_year between p_first and p_last and s.state = 'submitted' and coalesce(a.state, 'accepted') in ('accepted', 'returned')
$$;
