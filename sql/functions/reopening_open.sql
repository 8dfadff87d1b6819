-- renkei_api.reopening_open - is a reopening the last one of its report, and its day not over.
create function renkei_api.reopening_open(p renkei.reopening) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select p.until_at >= clock_timestamp() and not exists (select from renkei.reopening l where l.municipality_code = p.municipality_code
		and l.fiscal_year = p.fiscal_year and l.quarter = p.quarter and l.variant = p.variant and l.number > p.number)
$$;
