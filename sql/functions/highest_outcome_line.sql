-- renkei_api.highest_outcome_line - the highest number that a line of a municipality in the evaluation's table ever had; 0 = none had any.
create function renkei_api.highest_outcome_line(p_code text, p_first integer, p_last integer) returns integer
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(max((l.record ->> 'line')::integer), 0) from renkei.evaluation_edit e cross join lateral jsonb_array_elements(e.lines || e.dropped) as l (record)
	where e.municipality_code::text = p_code and e.first_fiscal_year = p_first and e.last_fiscal_year = p_last
$$;
