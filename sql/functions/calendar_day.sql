-- renkei_api.calendar_day - "2016-07-29" as a day; null when it is no day of the calendar or not written so.
create function renkei_api.calendar_day(p_text text) returns date
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
	if p_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
		return make_date(substr(p_text, 1, 4)::integer, substr(p_text, 6, 2)::integer, substr(p_text, 9, 2)::integer);
	end if;
	return null;
exception when datetime_field_overflow then
	return null;
end $$;
