-- renkei_api.valid_on - the day of a request's field valid_on; null when it has none.      Errors  RK400 DATE_INVALID.
create function renkei_api.valid_on(p_request jsonb) returns date
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	if coalesce(p_request ->> 'valid_on', '') <> '' and renkei_api.calendar_day(p_request ->> 'valid_on') is null then
		perform renkei_api.refuse('RK400', 'DATE_INVALID', 'valid_on is a date such as 2016-06-23', '{}', 'valid_on');
	end if;
	return renkei_api.calendar_day(p_request ->> 'valid_on');
end $$;
