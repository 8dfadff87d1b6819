-- renkei_api.hearing_tags - the statements, and the indicators of statements, that a record of a meeting speaks for or against, in order.
-- Takes    RecordHearingRequest.
-- Errors   RK400 STANCE_REQUIRED, STATEMENT_TWICE; RK404 STATEMENT_NOT_FOUND.
create function renkei_api.hearing_tags(p_request jsonb) returns table (statement_id text, stance text)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	wrong record;
begin
	select case when not renkei_api.statement_known(t.tag ->> 'statement_id') then 'STATEMENT_NOT_FOUND'
			when renkei.word(t.tag ->> 'stance', 'STANCE_') is null then 'STANCE_REQUIRED' else 'STATEMENT_TWICE' end as reason,
		left(coalesce(t.tag ->> 'statement_id', ''), 64) as id, t.place - 1 as place into wrong
	from jsonb_array_elements(coalesce(p_request -> 'tags', '[]')) with ordinality as t (tag, place)
	where renkei.word(t.tag ->> 'stance', 'STANCE_') is null
		or not renkei_api.statement_known(t.tag ->> 'statement_id')
		or exists (select from jsonb_array_elements(p_request -> 'tags') with ordinality as o (tag, place)
			where o.place < t.place and o.tag ->> 'statement_id' = t.tag ->> 'statement_id')
	order by t.place limit 1;
	if found then
		perform renkei_api.refuse(case wrong.reason when 'STATEMENT_NOT_FOUND' then 'RK404' else 'RK400' end, wrong.reason,
			format('tag %s names statement %s: %s', wrong.place, wrong.id, lower(replace(wrong.reason, '_', ' '))),
			jsonb_build_object('statement_id', wrong.id), format('tags[%s].%s', wrong.place, case wrong.reason when 'STANCE_REQUIRED' then 'stance' else 'statement_id' end));
	end if;
	return query select t.tag ->> 'statement_id', renkei.word(t.tag ->> 'stance', 'STANCE_')
		from jsonb_array_elements(coalesce(p_request -> 'tags', '[]')) t (tag) order by 1;
end $$;
