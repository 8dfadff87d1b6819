-- renkei_api.counted_versions - the versions that enter numbers and tables.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  at most one version a report: the accepted one, or the one submitted last when those count too.  A forecast counts
--          only until a regular report of its quarter does.
create function renkei_api.counted_versions(p_as_of timestamptz, p_include_submitted boolean, p_first integer, p_last integer)
returns table (municipality_code text, version_id bigint, fiscal_year smallint, quarter smallint, variant text, version smallint,
	nil boolean, state text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with counted as (
		select h.municipality_code, h.fiscal_year, h.quarter, h.variant, case when c.newest then h.version_id
			else h.accepted_version_id end as version_id
		from renkei_api.heads(p_as_of, p_first, p_last) h
		cross join lateral (select coalesce(p_include_submitted, false)
			and h.state in ('submitted', 'under_review', 'accepted')) as c (newest)
	)
	select c.municipality_code, c.version_id, c.fiscal_year, c.quarter, c.variant, v.version, v.nil,
		case when h.version_id = c.version_id then h.state else 'accepted' end
	from counted c
	join renkei_api.heads(p_as_of, p_first, p_last) h on h.municipality_code = c.municipality_code and h.fiscal_year = c.fiscal_year
		and h.quarter = c.quarter and h.variant = c.variant
	join renkei.report_version v on v.municipality_code = c.municipality_code and v.version_id = c.version_id
	where c.variant = 'regular' or not exists (select from counted o where o.municipality_code = c.municipality_code
		and o.fiscal_year = c.fiscal_year and o.quarter = c.quarter and o.variant = 'regular' and o.version_id is not null)
$$;
