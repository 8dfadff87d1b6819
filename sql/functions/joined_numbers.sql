-- renkei_api.joined_numbers - what hangs together, of numbers of which some are joined to others.
-- Takes    the joined pairs, as two arrays of one length, of numbers from 1 on.
-- Returns  for each number from 1 to the highest one the least number that it hangs together with, itself at last.
--
-- A loop and no recursive query: that one would write down every pair within a chain, and a chain may be long.
create function renkei_api.joined_numbers(p_ones integer[], p_others integer[]) returns integer[]
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	-- The number above each one, which is never greater; what has itself above is the least of its own.
	above integer[] := array(select generate_series(1, (select max(n) from unnest(p_ones || p_others) as n)));
	one integer;
	other integer;
begin
	for i in 1 .. coalesce(cardinality(p_ones), 0) loop
		one := p_ones[i];
		other := p_others[i];
		while above[one] <> one loop
			above[one] := above[above[one]];
			one := above[one];
		end loop;
		while above[other] <> other loop
			above[other] := above[above[other]];
			other := above[other];
		end loop;
		above[greatest(one, other)] := least(one, other);
	end loop;
	for i in 1 .. cardinality(above) loop
		above[i] := above[above[i]];
	end loop;
	return above;
end $$;
