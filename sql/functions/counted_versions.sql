-- renkei_api.counted_versions - the versions that enter numbers and tables.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years; municipalities, null = all that
--          the transaction may see.
-- Returns  at most one version a report: the accepted one, or the one submitted last when those count too.  A forecast counts
--          only until a regular report of its quarter does.
create function renkei_api.counted_versions(p_as_of timestamptz, p_include_submitted boolean, p_first integer, p_last integer,
	p_municipality_codes text[] default null)
returns table (municipality_code text, version_id bigint, fiscal_year smallint, quarter smallint, variant text, version smallint,
	nil boolean, state text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	-- Planned for what is asked: few reports by their keys, all of them at once.
	return query execute $q$
		with counted as (
			select h.municipality_code, h.fiscal_year, h.quarter, h.variant, case when c.newest then h.state else 'accepted' end as state,
				case when c.newest then h.version_id else h.accepted_version_id end as version_id
			from unnest(coalesce($5, array[null])) as w (municipality_code)
			cross join lateral renkei_api.heads($1, $3, $4, w.municipality_code) h
			cross join lateral (select coalesce($2, false)
				and h.state in ('submitted', 'under_review', 'accepted')) as c (newest)
		), preferred as (
			select c.*, bool_or(c.variant = 'regular') over (partition by c.municipality_code collate "C", c.fiscal_year, c.quarter) as has_regular
			from counted c where c.version_id is not null
		)
		select p.municipality_code, p.version_id, p.fiscal_year, p.quarter, p.variant, v.version, v.nil, p.state
		from preferred p
		join renkei.report_version v on v.municipality_code::text = p.municipality_code and v.version_id = p.version_id
			and ($5 is null or v.municipality_code::text = any ($5))
		where p.variant = 'regular' or not p.has_regular
	$q$ using p_as_of, p_include_submitted, p_first, p_last, p_municipality_codes;
end $$;
