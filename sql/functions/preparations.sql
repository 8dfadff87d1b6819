-- renkei_api.preparations - what municipalities prepare and have not released, now or as known at a past moment.
-- Takes    the moment, null = now; the range of fiscal years; a municipality, null = all that the transaction may see.
-- Returns  one row a report whose last prepared version is awaiting_release, sent_back or withdrawn; to the municipality itself and to the
--          secretariat, which has to know whom it waits for, and to nobody else.
create function renkei_api.preparations(p_as_of timestamptz, p_first integer, p_last integer, p_municipality_code text default null)
returns table (municipality_code text, fiscal_year smallint, quarter smallint, variant text, state text, version smallint, version_id bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	if not renkei_api.in_the_house() and current_setting('renkei.role', true) is distinct from 'secretariat' then
		return;
	end if;
	return query
	select p.municipality_code::text, p.fiscal_year, p.quarter, p.variant::text, s.state::text, s.version, s.version_id
	from renkei.preparation p
	cross join lateral (
		select p.state, p.version, p.version_id where p_as_of is null or p.changed_at <= p_as_of
		union all
		(select t.state, t.version, t.version_id from renkei.preparation_step t
			where p.changed_at > p_as_of and t.municipality_code = p.municipality_code and t.fiscal_year = p.fiscal_year
				and t.quarter = p.quarter and t.variant = p.variant and t.at <= p_as_of order by t.step desc limit 1)) s
	where p.fiscal_year between p_first and p_last and (p_municipality_code is null or p.municipality_code::text = p_municipality_code)
		and s.state in ('awaiting_release', 'sent_back', 'withdrawn');
end $$;
