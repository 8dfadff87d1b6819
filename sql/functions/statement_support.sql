-- renkei_api.statement_support - what the rule of a statement says, by what became of its conditions.
-- Takes    [{alternative, holds}] of all conditions: alternative 0 is that of enough; holds true, false or null.
-- Returns  supported, partly, not_supported or too_little_data, as renkei.v1.EvaluationRule tells; a rule without alternatives judges nothing.
create function renkei_api.statement_support(p_results jsonb) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	with alternative as (
		select r.alternative, case when bool_or(r.holds) then true when bool_and(r.holds is not null) then false end as holds
		from jsonb_to_recordset(p_results) as r (alternative integer, holds boolean) where r.alternative > 0 group by r.alternative
	)
	select case when exists (select from jsonb_to_recordset(p_results) as r (alternative integer, holds boolean)
			where r.alternative = 0 and r.holds is not true) then 'too_little_data'
		when count(*) = 0 then 'too_little_data'
		when bool_and(coalesce(a.holds, false)) then 'supported'
		when bool_or(not a.holds) and bool_or(a.holds) then 'partly'
		when bool_and(coalesce(not a.holds, false)) then 'not_supported'
		else 'too_little_data' end
	from alternative a
$$;
