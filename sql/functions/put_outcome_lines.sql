-- renkei_api.put_outcome_lines - put lines in the place of a municipality's lines in the evaluation's table; the same again changes nothing.
-- Takes    the municipality; the evaluation's years; what stood there; all lines from now on, in order, with their numbers (0 = a new line); why.
-- Writes   renkei.evaluation_bullet, evaluation_bullet_source, evaluation_edit.      Errors  RK409 EVALUATION_FIXED.
create function renkei_api.put_outcome_lines(p_code text, p_first integer, p_last integer, p_stood jsonb, p_lines jsonb, p_reason text) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	highest constant integer := (select greatest(coalesce(max(n::integer), 0), renkei_api.highest_outcome_line(p_code, p_first, p_last))
		from jsonb_path_query(jsonb_build_array(p_stood, p_lines), '$.**.line') n);
	kept jsonb;
	before constant jsonb := renkei_api.outcome_lines(p_code, p_first, p_last);
begin
	select coalesce(jsonb_agg(jsonb_build_object('line', case n.line when 0 then highest + n.fresh else n.line end, 'text', n.text, 'outcome_ids', n.ids)
		order by n.place), '[]') into kept
	from (select l.place, l.record ->> 'text' as text, coalesce((l.record ->> 'line')::integer, 0) as line,
			count(*) filter (where coalesce((l.record ->> 'line')::integer, 0) = 0) over (order by l.place) as fresh,
			(select jsonb_agg(o.id order by o.id) from (select distinct u.id from jsonb_array_elements_text(l.record -> 'outcome_ids') as u (id)) o) as ids
		from jsonb_array_elements(p_lines) with ordinality as l (record, place)) n;
	if kept = before then
		return;
	end if;
	perform renkei_api.evaluation_unfixed(p_first, p_last);
	delete from renkei.evaluation_bullet b where b.municipality_code::text = p_code and b.first_fiscal_year = p_first and b.last_fiscal_year = p_last;
	insert into renkei.evaluation_bullet (municipality_code, first_fiscal_year, last_fiscal_year, position, text, line)
	select p_code, p_first, p_last, l.place, l.record ->> 'text', (l.record ->> 'line')::smallint from jsonb_array_elements(kept) with ordinality as l (record, place);
	insert into renkei.evaluation_bullet_source (municipality_code, first_fiscal_year, last_fiscal_year, position, outcome_id)
	select p_code, p_first, p_last, l.place, o.id from jsonb_array_elements(kept) with ordinality as l (record, place)
	cross join lateral jsonb_array_elements_text(l.record -> 'outcome_ids') as o (id);
	insert into renkei.evaluation_edit (municipality_code, first_fiscal_year, last_fiscal_year, edit, lines, dropped, reason, edited_at, principal_uri)
	select p_code, p_first, p_last, coalesce(max(e.edit), 0) + 1, kept, coalesce((select jsonb_agg(s.record order by s.place)
			from jsonb_array_elements(p_stood) with ordinality as s (record, place)
			where not exists (select from jsonb_array_elements(kept) as k (record) where k.record -> 'line' = s.record -> 'line')), '[]'),
		p_reason, clock_timestamp(), current_setting('renkei.principal')
	from renkei.evaluation_edit e where e.municipality_code::text = p_code and e.first_fiscal_year = p_first and e.last_fiscal_year = p_last;
end $$;
