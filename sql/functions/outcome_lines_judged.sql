-- renkei_api.outcome_lines_judged - lines that the secretariat wants in the evaluation's table can stand there.
-- Takes    EditOutcomesRequest; the municipality; the lines that stand there now.
-- Errors   RK400 OUTCOME_LINES_EMPTY, OUTCOME_LINES_MANY, OUTCOME_LINE_WRONG, OUTCOME_LINE_TWICE, REASON_REQUIRED, TEXT_TOO_LONG;
--          RK404 OUTCOME_LINE_UNKNOWN, OUTCOME_NOT_ACCEPTED.
create function renkei_api.outcome_lines_judged(p_request jsonb, p_code text, p_stood jsonb) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	first_year constant integer := (p_request ->> 'first_fiscal_year')::integer;
	last_year constant integer := (p_request ->> 'last_fiscal_year')::integer;
	lines constant jsonb := coalesce(p_request -> 'lines', '[]');
	own constant boolean := coalesce((p_request ->> 'own_words')::boolean, false);
	wrong record;
begin
	if own <> (lines = '[]') then
		perform renkei_api.refuse('RK400', 'OUTCOME_LINES_EMPTY', 'a row of the table has a line, or the municipality''s own words', '{}', 'lines');
	elsif jsonb_array_length(lines) > 100 then
		perform renkei_api.refuse('RK400', 'OUTCOME_LINES_MANY', format('%s lines; at most 100', jsonb_array_length(lines)),
			jsonb_build_object('count', jsonb_array_length(lines)::text, 'max', '100'), 'lines');
	end if;
	select l.place, l.n, case when renkei_api.is_blank(l.text) or char_length(l.text) > 400 or l.outcomes = 0 then 'OUTCOME_LINE_WRONG'
			when l.nth > 1 and l.n > 0 then 'OUTCOME_LINE_TWICE' else 'OUTCOME_LINE_UNKNOWN' end as reason into wrong
	from (select r.place - 1 as place, coalesce((r.record ->> 'line')::integer, 0) as n, coalesce(r.record ->> 'text', '') as text,
			coalesce(jsonb_array_length(r.record -> 'outcome_ids'), 0) as outcomes, row_number() over (partition by r.record ->> 'line' order by r.place) as nth
		from jsonb_array_elements(lines) with ordinality as r (record, place)) l
	where renkei_api.is_blank(l.text) or char_length(l.text) > 400 or l.outcomes = 0 or l.nth > 1 and l.n > 0
		or l.n <> 0 and not exists (select from jsonb_array_elements(p_stood) as s (record) where (s.record ->> 'line')::integer = l.n)
			and not exists (select from renkei.evaluation_edit e cross join lateral jsonb_array_elements(e.dropped) as d (record)
				where e.municipality_code::text = p_code and e.first_fiscal_year = first_year and e.last_fiscal_year = last_year and (d.record ->> 'line')::integer = l.n)
	order by l.place limit 1;
	if found then
		perform renkei_api.refuse(case wrong.reason when 'OUTCOME_LINE_UNKNOWN' then 'RK404' else 'RK400' end, wrong.reason,
			format('line %s of the row (number %s): %s', wrong.place + 1, wrong.n, lower(replace(wrong.reason, '_', ' '))),
			jsonb_build_object('place', (wrong.place + 1)::text, 'line', p_code || '-' || wrong.n), format('lines[%s]', wrong.place));
	end if;
	-- What stands there may rest on an outcome that has been withdrawn since; what is new must be there to be read.
	select l.place - 1 as place, o.id into wrong from jsonb_array_elements(lines) with ordinality as l (record, place)
	cross join lateral jsonb_array_elements_text(l.record -> 'outcome_ids') as o (id)
	where not exists (select from jsonb_array_elements(p_stood) as s (record) where s.record -> 'outcome_ids' ? o.id)
		and not exists (select from renkei_api.evaluation_records(null, false, first_year, last_year) r
			join renkei.outcome u on u.municipality_code::text = r.municipality_code and u.version_id = r.version_id
			where r.municipality_code = p_code and u.outcome_id::text = o.id)
	order by l.place limit 1;
	if found then
		perform renkei_api.refuse('RK404', 'OUTCOME_NOT_ACCEPTED', format('municipality %s has no accepted outcome %s', p_code, left(wrong.id, 64)),
			jsonb_build_object('outcome_id', left(wrong.id, 64), 'municipality_code', p_code), format('lines[%s].outcome_ids', wrong.place));
	end if;
	if exists (select from jsonb_array_elements(p_stood) as s (record) where not own and not exists (select from jsonb_array_elements(lines) as l (record)
			where (l.record ->> 'line')::integer = (s.record ->> 'line')::integer)) or coalesce(p_request ->> 'reason', '') <> '' then
		perform renkei_api.reason_given(p_request, 'who drops a line says why');
	end if;
end $$;
