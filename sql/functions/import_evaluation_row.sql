-- renkei_api.import_evaluation_row - put the lines of a municipality in the evaluation's table in the place of those there.      Takes  renkei.v1.EvaluationRow.
create function renkei_api.import_evaluation_row(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	code constant text := p ->> 'municipality_code';
	first_year constant integer := (p ->> 'first_fiscal_year')::integer;
	last_year constant integer := (p ->> 'last_fiscal_year')::integer;
begin
	delete from renkei.evaluation_bullet b where b.municipality_code::text = code and b.first_fiscal_year = first_year and b.last_fiscal_year = last_year;
	insert into renkei.evaluation_bullet (municipality_code, first_fiscal_year, last_fiscal_year, position, text)
	select code, first_year, last_year, b.place, b.record ->> 'text' from jsonb_array_elements(p -> 'bullets') with ordinality as b (record, place);
	insert into renkei.evaluation_bullet_source (municipality_code, first_fiscal_year, last_fiscal_year, position, outcome_id)
	select distinct code, first_year, last_year, b.place, o.id from jsonb_array_elements(p -> 'bullets') with ordinality as b (record, place)
	cross join lateral jsonb_array_elements_text(b.record -> 'outcome_ids') as o (id);
end $$;
