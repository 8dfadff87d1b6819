-- renkei_api.holiday_calendar_json - a range of days whose holidays are known, as proto3 JSON of renkei.v1.HolidayCalendar.
create function renkei_api.holiday_calendar_json(p renkei.holiday_calendar) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('country', p.country, 'first_day', p.first_day, 'last_day', p.last_day, 'source', p.source))
$$;
