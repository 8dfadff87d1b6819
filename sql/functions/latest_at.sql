-- renkei_api.latest_at - which version of a report was the latest at a past moment, as renkei_api.find_version has it of now.
-- Takes    whose report, fiscal year, quarter and variant; the moment.
-- Returns  its number; null when there was none that the caller may know.
create function renkei_api.latest_at(p_code text, p_year integer, p_quarter integer, p_variant text, p_as_of timestamptz) returns smallint
language sql stable set search_path = pg_catalog, pg_temp as $$
	with prepared as (
		select p.state, p.version from renkei_api.preparations(p_as_of, p_year, p_year, p_code) p
		where p.quarter = p_quarter and p.variant = p_variant and renkei_api.in_the_house()
	)
	select coalesce((select p.version from prepared p where p.state in ('awaiting_release', 'sent_back')),
		(select h.version from renkei_api.heads(p_as_of, p_year, p_year, p_code) h where h.quarter = p_quarter and h.variant = p_variant),
		(select p.version from prepared p))
$$;
