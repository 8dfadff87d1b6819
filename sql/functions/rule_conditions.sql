-- renkei_api.rule_conditions - the conditions of a rule, one by one.
-- Takes    proto3 JSON of renkei.v1.EvaluationRule.
-- Returns  one row a condition in their order: its place (".rule.all_of[0].any_of[1]"), the alternative it belongs to (0 = one of enough), itself.
create function renkei_api.rule_conditions(p_rule jsonb) returns table (at text, alternative integer, step integer, condition jsonb)
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select format('.rule.enough[%s]', c.place - 1), 0, c.place::integer, c.condition
	from jsonb_array_elements(p_rule -> 'enough') with ordinality as c (condition, place)
	union all
	select format('.rule.all_of[%s].any_of[%s]', a.place - 1, c.place - 1), a.place::integer, c.place::integer, c.condition
	from jsonb_array_elements(p_rule -> 'all_of') with ordinality as a (record, place)
	cross join lateral jsonb_array_elements(a.record -> 'any_of') with ordinality as c (condition, place)
$$;
