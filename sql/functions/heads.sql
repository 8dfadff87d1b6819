-- renkei_api.heads - where reports stand, now or as known at a past moment.
-- Takes    the moment, null = now; the range of fiscal years; a municipality, null = all that the transaction may see.
-- Returns  one row a report: its latest version that was submitted with state, the accepted version that counts.  A report that has not changed since
--          the moment is read from renkei.report alone.
create function renkei_api.heads(p_as_of timestamptz, p_first integer, p_last integer, p_municipality_code text default null)
returns table (municipality_code text, fiscal_year smallint, quarter smallint, variant text, state text, version smallint,
	version_id bigint, nil boolean, received_at timestamptz, timeliness text, late_seconds bigint, activity_count smallint,
	accepted_version smallint, accepted_version_id bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query
	select r.municipality_code::text, r.fiscal_year, r.quarter, r.variant::text, r.state::text, r.latest_version, r.latest_version_id,
		r.nil, r.received_at, r.timeliness::text, r.late_seconds, r.activity_count, r.accepted_version, r.accepted_version_id
	from renkei.report r
	where r.fiscal_year between p_first and p_last and (p_municipality_code is null or r.municipality_code::text = p_municipality_code)
		and (p_as_of is null or r.changed_at <= p_as_of);
	if p_as_of is null then
		return;
	end if;
	return query
	select r.municipality_code::text, r.fiscal_year, r.quarter, r.variant::text, l.state::text, v.version, v.version_id,
		v.nil, coalesce(d.released_at, v.received_at), coalesce(d.timeliness, v.timeliness)::text, coalesce(d.late_seconds, v.late_seconds),
		v.activity_count, a.version, a.version_id
	from renkei.report r
	cross join lateral (select t.state, t.version_id from renkei.report_transition t
		where t.municipality_code = r.municipality_code and t.fiscal_year = r.fiscal_year and t.quarter = r.quarter
			and t.variant = r.variant and t.at <= p_as_of order by t.step desc limit 1) l
	join renkei.report_version v on v.municipality_code = r.municipality_code and v.version_id = l.version_id
	left join renkei.report_release d on d.municipality_code = v.municipality_code and d.version_id = v.version_id
	left join lateral (select t.version, t.version_id from renkei.report_transition t
		where t.municipality_code = r.municipality_code and t.fiscal_year = r.fiscal_year and t.quarter = r.quarter
			and t.variant = r.variant and t.at <= p_as_of and t.state = 'accepted' order by t.step desc limit 1) a on true
	where r.fiscal_year between p_first and p_last and (p_municipality_code is null or r.municipality_code::text = p_municipality_code)
		and r.changed_at > p_as_of;
end $$;
