-- renkei_api.condition_holds - does a condition hold, by what is known for certain.
-- Takes    the values of indicators: [{indicator_id, key, fiscal_year, value, low, high, numerator, against}]; proto3 JSON of
--          renkei.v1.EvaluationCondition; the range of fiscal years.
-- Returns  true, false, or null: what is known leaves it open.
create function renkei_api.condition_holds(p_values jsonb, p_condition jsonb, p_first integer, p_last integer) returns boolean
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	test constant text := renkei.word(p_condition ->> 'test', 'CONDITION_TEST_');
	wanted constant text := coalesce(p_condition ->> 'key', '');
	bar constant numeric := coalesce((p_condition ->> 'value')::numeric, 0);
	low numeric[];
	high numeric[];
	whole record;
begin
	if test in ('rises', 'never_falls', 'rises_every_year') then
		select array_agg(v.low order by y.year), array_agg(v.high order by y.year) into low, high
		from generate_series(p_first, p_last) as y (year)
		left join jsonb_to_recordset(p_values) as v (indicator_id text, key text, fiscal_year integer, low numeric, high numeric)
			on v.indicator_id = p_condition ->> 'indicator_id' and v.key = wanted and v.fiscal_year = y.year;
		if p_first = p_last then
			return null;
		elsif test = 'rises' then
			return case when low[cardinality(low)] > high[1] then true when high[cardinality(high)] <= low[1] then false end;
		end if;
		return (select case when bool_or(case test when 'never_falls' then high[i + 1] < low[i] else high[i + 1] <= low[i] end) then false
				when bool_and(coalesce(case test when 'never_falls' then low[i + 1] >= high[i] else low[i + 1] > high[i] end, false)) then true end
			from generate_series(1, cardinality(low) - 1) as i);
	elsif test = 'among_first' then
		-- A series that is not there is last; what is not certain says nothing.
		return (select case when bool_and(coalesce(v.low = v.high, false)) then coalesce(bool_or(v.key = wanted and v.rank <= bar), false) end
			from (select o.key, o.low, o.high, rank() over (order by o.value desc nulls last) as rank
				from jsonb_to_recordset(p_values) as o (indicator_id text, key text, fiscal_year integer, value numeric, low numeric, high numeric)
				where o.indicator_id = p_condition ->> 'indicator_id' and o.fiscal_year = p_last
					and split_part(o.key, '/', 1) = split_part(wanted, '/', 1)) v);
	end if;
	select v.low, v.high, coalesce(v.numerator, 0) as numerator, coalesce(v.against, 0) as against into whole
	from jsonb_to_recordset(p_values) as v (indicator_id text, key text, fiscal_year integer, low numeric, high numeric, numerator numeric, against integer)
	where v.indicator_id = p_condition ->> 'indicator_id' and v.key = wanted and v.fiscal_year = 0;
	return case test
		when 'at_least' then case when whole.low >= bar then true when whole.high < bar then false end
		when 'at_most' then case when whole.high <= bar then true when whole.low > bar then false end
		-- Of a share one thing in it is more than none, and one out of it less than all, however many are not known.
		when 'above' then case when whole.low > bar or bar = 0 and whole.numerator > 0 then true when whole.high <= bar then false end
		when 'below' then case when whole.high < bar or bar = 1 and whole.against > 0 then true when whole.low >= bar then false end end;
end $$;
