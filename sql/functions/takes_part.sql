-- renkei_api.takes_part - may a municipality have taken part at some day between two.
-- Takes    code, first and last day.  Partial dates count as widely as they can mean; an unknown end is an open one.
create function renkei_api.takes_part(p_municipality_code text, p_first date, p_last date) returns boolean
language sql stable as $$
	select exists (select from renkei.municipality_participation p where p.municipality_code = p_municipality_code
		and coalesce(renkei.first_day(p.began), '-infinity') <= p_last and coalesce(renkei.last_day(p.ended), 'infinity') >= p_first)
$$;
