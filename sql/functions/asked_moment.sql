-- renkei_api.asked_moment - the moment that an answer is to tell of.
-- Takes    a request, perhaps with as_of.
-- Returns  null where the request names none.  A moment of today that is to come is now: what it names is not known yet, and the answer says which moment it is of,
--          so that it can be had again.
-- Errors   RK400 AS_OF_FUTURE: nothing can be told of a day in Japan that has not begun.
create function renkei_api.asked_moment(p_request jsonb) returns timestamptz
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	as_of constant timestamptz := (p_request ->> 'as_of')::timestamptz;
	moment constant timestamptz := clock_timestamp();
	day constant text := to_char(as_of at time zone 'Asia/Tokyo', 'YYYY-MM-DD');
	today constant text := to_char(moment at time zone 'Asia/Tokyo', 'YYYY-MM-DD');
begin
	if day > today then
		perform renkei_api.refuse('RK400', 'AS_OF_FUTURE', format('%s is to come; today is %s', day, today), jsonb_build_object('day', day, 'today', today), 'as_of');
	end if;
	-- The least of a null and a moment would be the moment.
	return case when as_of is not null then least(as_of, moment) end;
end $$;
