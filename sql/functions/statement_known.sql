-- renkei_api.statement_known - whether an evaluation has this statement, or a statement that this indicator bears on: "P1", "P1.1".
create function renkei_api.statement_known(p_id text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select exists (select from renkei.evaluation_statement s where s.statement_id::text = p_id
			or s.statement_id::text = split_part(p_id, '.', 1) and exists (select from renkei_api.indicator_catalogue() c where c.indicator_id = p_id))
$$;
