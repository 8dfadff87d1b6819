-- renkei_api.as_of_json - the moment that an answer tells of, where one was asked for: what is to come is not known yet.
-- Returns  {"as_of": ...}, {} where the request named none, so that what is asked of now has the same answer at any time.
create function renkei_api.as_of_json(p_as_of timestamptz) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select case when p_as_of is null then '{}' else jsonb_build_object('as_of', renkei.time_json(least(p_as_of, clock_timestamp()))) end
$$;
