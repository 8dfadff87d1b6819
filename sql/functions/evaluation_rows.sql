-- renkei_api.evaluation_rows - lines of the evaluation's table as chosen and edited, of those municipalities that the caller may see.
-- A line that rests on an outcome which was last told to the secretariat alone is the secretariat's and its municipality's.
-- Returns  one row a municipality and evaluation: its id in the registry, proto3 JSON of renkei.v1.EvaluationRow.
create function renkei_api.evaluation_rows() returns table (id text, record jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select format('FY%s-%s %s', b.first_fiscal_year, b.last_fiscal_year, b.municipality_code), jsonb_build_object('first_fiscal_year', b.first_fiscal_year,
		'last_fiscal_year', b.last_fiscal_year, 'municipality_code', b.municipality_code, 'bullets', jsonb_agg(jsonb_build_object('text', b.text,
			'outcome_ids', (select jsonb_agg(s.outcome_id order by s.outcome_id) from renkei.evaluation_bullet_source s
				where s.municipality_code = b.municipality_code and s.first_fiscal_year = b.first_fiscal_year
					and s.last_fiscal_year = b.last_fiscal_year and s.position = b.position)) order by b.position))
	from renkei.evaluation_bullet b
	where current_setting('renkei.role', true) in ('municipality', 'approver', 'secretariat') or not exists (
		select from renkei.evaluation_bullet_source s
		cross join lateral (select o.disclosure from renkei.outcome o where o.municipality_code = s.municipality_code and o.outcome_id = s.outcome_id
			order by o.version_id desc limit 1) last
		where s.municipality_code = b.municipality_code and s.first_fiscal_year = b.first_fiscal_year and s.last_fiscal_year = b.last_fiscal_year
			and s.position = b.position and last.disclosure = 'secretariat')
	group by b.first_fiscal_year, b.last_fiscal_year, b.municipality_code
$$;
