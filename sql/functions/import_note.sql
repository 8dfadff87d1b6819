-- renkei_api.import_note - put one note of an evaluation's table into the registry, or take it out (off).      Takes  renkei.v1.EvaluationNote.
-- Errors   RK409 EVALUATION_FIXED.
create function renkei_api.import_note(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	first_year constant integer := (p ->> 'first_fiscal_year')::integer;
	last_year constant integer := (p ->> 'last_fiscal_year')::integer;
	note constant integer := (p ->> 'number')::integer;
	before constant jsonb := (select renkei_api.evaluation_note_json(n) from renkei.evaluation_note n
		where n.first_fiscal_year = first_year and n.last_fiscal_year = last_year and n.number = note);
begin
	delete from renkei.evaluation_note n where n.first_fiscal_year = first_year and n.last_fiscal_year = last_year and n.number = note;
	if coalesce((p ->> 'off')::boolean, false) then
		perform renkei_api.evaluation_unfixed(first_year, last_year) where before is not null;
		return;
	end if;
	insert into renkei.evaluation_note (first_fiscal_year, last_fiscal_year, number, text, columns)
	values (first_year, last_year, note, nullif(p ->> 'text', ''),
		array(select c.name from jsonb_array_elements_text(p -> 'columns') with ordinality as c (name, place) order by c.place));
	insert into renkei.evaluation_note_item (first_fiscal_year, last_fiscal_year, number, position, label, text)
	select first_year, last_year, note, i.place, coalesce(i.record ->> 'label', ''), coalesce(i.record ->> 'text', '')
	from jsonb_array_elements(p -> 'items') with ordinality as i (record, place);
	insert into renkei.evaluation_note_municipality (first_fiscal_year, last_fiscal_year, number, municipality_code)
	select first_year, last_year, note, c.code from jsonb_array_elements_text(p -> 'municipality_codes') as c (code);
	-- A final evaluation keeps its notes; the same again is no change.
	perform renkei_api.evaluation_unfixed(first_year, last_year) where before is distinct from (select renkei_api.evaluation_note_json(n)
		from renkei.evaluation_note n where n.first_fiscal_year = first_year and n.last_fiscal_year = last_year and n.number = note);
end $$;
