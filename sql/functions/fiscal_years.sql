-- renkei_api.fiscal_years - the range of fiscal years a request asks for.
-- Takes    first and last, 0 or null = not said; what not said means: the year of today in Japan, or all there are.
-- Errors   RK400 YEARS_SWAPPED, ARGUMENT_INVALID.
create function renkei_api.fiscal_years(p_first integer, p_last integer, p_all boolean, out first integer, out last integer)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	today constant integer := renkei.fiscal_year_of((clock_timestamp() at time zone 'Asia/Tokyo')::date);
begin
	first := coalesce(nullif(p_first, 0), case when p_all then 2000 else coalesce(nullif(p_last, 0), today) end);
	last := coalesce(nullif(p_last, 0), case when p_all then 2199 else greatest(first, today) end);
	if p_first > 0 and coalesce(p_last, 0) = 0 and not p_all then
		last := greatest(first, today);
	end if;
	if first > last and p_first > 0 and p_last > 0 then
		perform renkei_api.refuse('RK400', 'YEARS_SWAPPED', format('the first fiscal year %s lies after the last one, %s', first, last),
			jsonb_build_object('first', first, 'last', last), 'first_fiscal_year');
	end if;
	if first > last or first not between 2000 and 2199 or last not between 2000 and 2199 then
		perform renkei_api.refuse('RK400', 'ARGUMENT_INVALID', format('fiscal years %s to %s are no range within 2000 to 2199', first, last),
			case when first between 2000 and 2199
				then jsonb_build_object('value', last::text, 'range', format('%s-2199', first))
				else jsonb_build_object('value', first::text, 'range', '2000-2199') end,
			case when first between 2000 and 2199 then 'last_fiscal_year' else 'first_fiscal_year' end);
	end if;
end $$;
