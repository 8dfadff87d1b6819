-- renkei_api.export_statement_rows - the statements of each evaluation, and what their rules say of them.
-- Takes    the moment of the export from its reader's setting.
-- Returns  one row a statement.  Nothing where only what is public is wanted: what supports them counts what the parties may read too.
--          A view reads it for analysts, who see no table.
create function renkei_api.export_statement_rows()
returns table (first_fiscal_year integer, last_fiscal_year integer, statement_id text, part text, place integer, text text, support text,
	reports_accepted integer, reports_expected integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	tenant constant text := current_setting('renkei.tenant', true);
	role constant text := current_setting('renkei.role', true);
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'analyst', true);
	return query
	select y.first_year, y.last_year, t.statement_id::text, t.part::text, t.position::integer, t.text, lower(substr(f.finding ->> 'support', 9)),
		coalesce((c.coverage ->> 'accepted')::integer, 0), coalesce((c.coverage ->> 'expected')::integer, 0)
	from (select coalesce(nullif(current_setting('renkei.export_as_of', true), '')::timestamptz, now()) as as_of
		where current_setting('renkei.export_disclosure', true) is distinct from 'public') m
	cross join lateral (select distinct s.first_fiscal_year::integer as first_year, s.last_fiscal_year::integer as last_year from renkei.evaluation_statement s) y
	cross join lateral (select renkei_api.coverage(m.as_of, y.first_year, y.last_year, null) as coverage) c
	cross join lateral jsonb_array_elements(renkei_api.evaluation_findings(m.as_of, false, y.first_year, y.last_year, true)) as f (finding)
	join renkei.evaluation_statement t on t.first_fiscal_year = y.first_year and t.last_fiscal_year = y.last_year
		and t.statement_id::text = f.finding #>> '{statement,statement_id}';
	perform set_config('renkei.tenant', coalesce(tenant, ''), true), set_config('renkei.role', coalesce(role, ''), true);
end $$;
grant execute on function renkei_api.export_statement_rows to renkei_analyst;
