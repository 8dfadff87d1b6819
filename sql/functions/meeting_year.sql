-- renkei_api.meeting_year - the fiscal year of a day in Japan, or of a month: 2016-11-10, 2016-11; null when it is neither, or not a year from 2000 to 2199.
create function renkei_api.meeting_year(p_held_on text) returns integer
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	day constant date := renkei_api.calendar_day(case when p_held_on ~ '^[0-9]{4}-[0-9]{2}$' then p_held_on || '-01' else p_held_on end);
	year constant integer := extract(year from day) - case when extract(month from day) < 4 then 1 else 0 end;
begin
	return case when year between 2000 and 2199 then year end;
end $$;
