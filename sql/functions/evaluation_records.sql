-- renkei_api.evaluation_records - the versions whose records besides events the evaluation counts.
-- Takes    the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  one row a version, with its receipt number; turn orders the versions of a municipality, the latest period last.
create function renkei_api.evaluation_records(p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (municipality_code text, version_id bigint, fiscal_year integer, receipt_number text, turn bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select k.municipality_code, k.version_id, k.fiscal_year::integer, v.receipt_number,
		row_number() over (partition by k.municipality_code order by k.fiscal_year, k.quarter, k.variant = 'regular')
	from renkei_api.counted_versions(p_as_of, p_newest, p_first, p_last) k
	join renkei.report_version v on v.municipality_code::text = k.municipality_code and v.version_id = k.version_id
$$;
