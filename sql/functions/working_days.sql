-- renkei_api.working_days - working days in Japan after one moment's day until another's: 0 on the same day, 1 from a Friday to the Monday after it.
-- Weekdays but the holidays of the registry, as deadlines are moved by; days of years that it has no holidays of are all working days.
create function renkei_api.working_days(p_from timestamptz, p_until timestamptz) returns integer
language sql stable set search_path = pg_catalog, pg_temp as $$
	-- Weekdays since a Monday, and the same of the other day.
	select greatest(0, (5 * (u / 7) + least(u % 7 + 1, 5) - 5 * (f / 7) - least(f % 7 + 1, 5))
		- (select count(*)::integer from renkei.holiday h where h.country = 'JP' and h.day > d.first and h.day <= d.last and extract(isodow from h.day) < 6))
	from (select (p_from at time zone 'Asia/Tokyo')::date as first, (p_until at time zone 'Asia/Tokyo')::date as last) d
	cross join lateral (select d.first - date '2000-01-03' as f, d.last - date '2000-01-03' as u) n
$$;
