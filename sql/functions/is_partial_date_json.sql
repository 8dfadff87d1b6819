-- renkei_api.is_partial_date_json - is this a PartialDate that says what it means.
-- Takes    proto3 JSON of renkei.v1.PartialDate; null or empty = nothing is known.
-- Returns  false also for parts without a precision: they would be lost.
create function renkei_api.is_partial_date_json(p jsonb) returns boolean
language sql immutable parallel safe as $$
	select coalesce(p, '{}') = '{}' or coalesce(case when (p ->> 'year')::integer between 1900 and 2199
		and coalesce((p ->> 'month')::integer, 0) between 0 and 12 and coalesce((p ->> 'day')::integer, 0) between 0 and 31
		then renkei.is_partial_date(row((p ->> 'year')::smallint, coalesce((p ->> 'month')::smallint, 0::smallint),
			coalesce((p ->> 'day')::smallint, 0::smallint), lower(substr(p ->> 'precision', 16)))::renkei.partial_date_parts) end, false)
$$;
