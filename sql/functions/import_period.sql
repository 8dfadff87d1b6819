-- renkei_api.import_period - put one reporting period into the registry; without a deadline the default rule gives it.
-- Takes    renkei.v1.ReportingPeriod.
create function renkei_api.import_period(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	fiscal_year constant integer := (p -> 'period' ->> 'fiscal_year')::integer;
	quarter constant integer := substr(p -> 'period' ->> 'quarter', 10)::integer;
	variant constant text := coalesce(renkei.word(p -> 'period' ->> 'variant', 'VARIANT_'), 'regular');
	due_at timestamptz := (p ->> 'due_at')::timestamptz;
	due_rule text := coalesce(nullif(p ->> 'due_rule', ''), 'set by the secretariat');
begin
	if due_at is null then
		select d.due_at, d.due_rule into due_at, due_rule from renkei_api.default_due(fiscal_year, quarter, variant) d;
	end if;
	insert into renkei.reporting_period as t (fiscal_year, quarter, variant, opens_at, due_at, due_rule)
	values (fiscal_year, quarter, variant, (p ->> 'opens_at')::timestamptz, due_at, due_rule)
	on conflict on constraint reporting_period_pk do update set opens_at = excluded.opens_at, due_at = excluded.due_at,
		due_rule = excluded.due_rule;
end $$;
