-- renkei_api.outcome_lines - the lines of a municipality in the evaluation's table as chosen and edited, in order; none = it has its own words there.
-- Returns  a list of line, text, outcome_ids: as renkei.evaluation_edit keeps them.
create function renkei_api.outcome_lines(p_code text, p_first integer, p_last integer) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('line', b.line, 'text', b.text, 'outcome_ids',
		(select coalesce(jsonb_agg(s.outcome_id order by s.outcome_id), '[]') from renkei.evaluation_bullet_source s where s.municipality_code = b.municipality_code
			and s.first_fiscal_year = b.first_fiscal_year and s.last_fiscal_year = b.last_fiscal_year and s.position = b.position)) order by b.position), '[]')
	from renkei.evaluation_bullet b where b.municipality_code::text = p_code and b.first_fiscal_year = p_first and b.last_fiscal_year = p_last
$$;
