-- renkei_api.indicator_items - what the indicators are made of, thing by thing.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  one row a thing, indicator, series and year: counts = it does, it does not (it stands in a share's whole), null = what is known leaves it open;
--          its amount; the record that says so.  The year is null where none is known: that leaves the whole time open.
create function renkei_api.indicator_items(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select * from renkei_api.indicator_items_p1(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_p2(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_p3(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_p4(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_o1(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_o2(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_o3(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_o4(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_i1(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_i2(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_i3(p_source, p_as_of, p_newest, p_first, p_last)
	union all
	select * from renkei_api.indicator_items_i4(p_source, p_as_of, p_newest, p_first, p_last)
$$;
