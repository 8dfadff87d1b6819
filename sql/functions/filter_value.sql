-- renkei_api.filter_value - a value of a filter as the numbers know it.
-- Takes    the dimension; the value as given: itself, itself in any case, or a name that only one value has; the path of the field.
--          Null is a filter without a value.  Of what reports write freely, cities and bodies, any text passes as it is where none is written alike: to refuse it would tell
--          which words reports have that the caller may not read.
-- Returns  the value; '' stays: what nobody gave.
-- Errors   RK400 FILTER_INVALID, with the nearest value there is, and all of them where they are few.
create function renkei_api.filter_value(p_dimension text, p_value text, p_field text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	asked constant text := renkei_api.bare_word(p_value);
	found text[];
	facts jsonb;
begin
	if p_dimension = '' or p_value = '' and p_dimension not in ('fiscal_year', 'quarter') then
		return '';
	end if;
	-- What is written by its shape has no list.
	if p_dimension = 'event' and p_value ~ '^[0-9]{6}/[A-Za-z0-9._-]{1,64}$' then
		return p_value;
	elsif p_dimension = 'country' and p_value ~ '^[A-Za-z]{2}$' then
		return upper(p_value);
	elsif p_dimension = 'currency' and p_value ~ '^[A-Za-z]{3}$' then
		return upper(p_value);
	end if;
	found := array(select v.value from renkei_api.dimension_values(p_dimension) v where v.value in (p_value, lower(p_value)) order by v.value = p_value desc limit 1);
	if cardinality(found) = 0 then
		found := array(select v.value from renkei_api.dimension_values(p_dimension) v where asked = renkei_api.bare_word(v.value)
			or asked in (select renkei_api.bare_word(n.name) from unnest(v.names) as n (name)) limit 2);
	end if;
	if cardinality(found) = 1 then
		return found[1];
	elsif p_value is not null and p_dimension in ('city', 'implementing_body') then
		return p_value;
	end if;
	select jsonb_build_object('nearest', n.value, 'nearest_name', n.label) into facts
	from (select v.value, v.label, (select max(renkei_api.likeness(asked, renkei_api.bare_word(w.word)))
			from unnest(v.value || v.names) as w (word)) as likeness
		from renkei_api.dimension_values(p_dimension) v where p_dimension not in ('fiscal_year', 'quarter')) n
	where n.likeness > 0.3 order by n.likeness desc, n.value limit 1;
	facts := coalesce(facts, '{}') || jsonb_build_object('dimension', p_dimension, 'value', left(p_value, 100), 'accepted', case
		when p_dimension = 'fiscal_year' then '2000-2199' when p_dimension = 'event' then '401005/ID' when p_dimension = 'country' then 'CN, JP' when p_dimension = 'currency' then 'CNY, JPY'
			when p_dimension not in ('municipality', 'partner', 'prefecture', 'city', 'implementing_body')
		then (select string_agg(v.value, ', ' order by v.value) from renkei_api.dimension_values(p_dimension) v) end);
	perform renkei_api.refuse('RK400', 'FILTER_INVALID', format('%s is no %s', left(p_value, 100), p_dimension), facts, p_field);
end $$;
