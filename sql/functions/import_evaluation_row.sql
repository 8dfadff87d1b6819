-- renkei_api.import_evaluation_row - put the lines of a municipality in the evaluation's table in the place of those there.      Takes  renkei.v1.EvaluationRow.
-- A line whose text stood there keeps its number.      Errors  RK409 EVALUATION_FIXED.
create function renkei_api.import_evaluation_row(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	code constant text := p ->> 'municipality_code';
	first_year constant integer := (p ->> 'first_fiscal_year')::integer;
	last_year constant integer := (p ->> 'last_fiscal_year')::integer;
	stood constant jsonb := renkei_api.outcome_lines(code, first_year, last_year);
begin
	-- The second line of the same words is the second one that stood there.
	perform renkei_api.put_outcome_lines(code, first_year, last_year, stood, (
		select coalesce(jsonb_agg(b.record || jsonb_build_object('line', coalesce(k.line, 0)) order by b.place), '[]')
		from (select i.record, i.place, row_number() over (partition by i.record ->> 'text' order by i.place) as nth
			from jsonb_array_elements(p -> 'bullets') with ordinality as i (record, place)) b
		left join (select s.record ->> 'text' as text, (s.record ->> 'line')::integer as line, row_number() over (partition by s.record ->> 'text' order by s.place) as nth
			from jsonb_array_elements(stood) with ordinality as s (record, place)) k on k.text = b.record ->> 'text' and k.nth = b.nth), null);
end $$;
