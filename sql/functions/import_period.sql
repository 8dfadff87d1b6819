-- renkei_api.import_period - put one reporting period into the registry; without a deadline the default rule gives it.
-- Takes    renkei.v1.ReportingPeriod; a language that the rule leaves out says what another does.
create function renkei_api.import_period(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	fiscal_year constant integer := (p -> 'period' ->> 'fiscal_year')::integer;
	quarter constant integer := substr(p -> 'period' ->> 'quarter', 10)::integer;
	variant constant text := coalesce(renkei.word(p -> 'period' ->> 'variant', 'VARIANT_'), 'regular');
	due_at timestamptz := (p ->> 'due_at')::timestamptz;
	rule jsonb := p -> 'due_rule';
	by_rule constant boolean := p ->> 'due_at' is null;
	said text := coalesce(nullif(rule ->> 'ja', ''), nullif(rule ->> 'en', ''), nullif(rule ->> 'zh', ''));
begin
	if due_at is null then
		select d.due_at, d.due_rule into due_at, rule from renkei_api.default_due(fiscal_year, quarter, variant) d;
	elsif said is null then
		rule := '{"ja": "事務局が指定", "en": "set by the secretariat", "zh": "由事务局指定"}';
	end if;
	insert into renkei.reporting_period as t (fiscal_year, quarter, variant, opens_at, due_at, by_rule, due_rule_ja, due_rule_en, due_rule_zh)
	values (fiscal_year, quarter, variant, (p ->> 'opens_at')::timestamptz, due_at, by_rule,
		coalesce(nullif(rule ->> 'ja', ''), said), coalesce(nullif(rule ->> 'en', ''), said), coalesce(nullif(rule ->> 'zh', ''), said))
	on conflict on constraint reporting_period_pk do update set opens_at = excluded.opens_at, due_at = excluded.due_at,
		due_rule_ja = excluded.due_rule_ja, due_rule_en = excluded.due_rule_en, due_rule_zh = excluded.due_rule_zh,
		-- What was read and is taken back as it was is still what the rule gave.
		by_rule = excluded.by_rule or t.by_rule and row(t.due_at, t.due_rule_ja, t.due_rule_en, t.due_rule_zh)
			is not distinct from row(excluded.due_at, excluded.due_rule_ja, excluded.due_rule_en, excluded.due_rule_zh);
end $$;
