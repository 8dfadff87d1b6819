-- renkei_api.was_known - was a version there at a past moment, for whoever calls: in the house once it was stored, elsewhere once it was submitted.
-- Takes    the version; the moment.
create function renkei_api.was_known(p renkei.report_version, p_as_of timestamptz) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select renkei_api.in_the_house() and p.received_at <= p_as_of or exists (
		select from renkei.report_transition t where t.municipality_code = p.municipality_code and t.fiscal_year = p.fiscal_year
			and t.quarter = p.quarter and t.variant = p.variant and t.version_id = p.version_id and t.at <= p_as_of)
$$;
