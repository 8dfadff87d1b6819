-- renkei_api.default_due - the deadline of a period by the default rule.
-- Takes    fiscal year, quarter, variant.
-- Returns  the deadline, and the rule in words as proto3 JSON of renkei.v1.LocalizedText.  Q1 to Q3: the 15th of the month after the quarter; forecast: 10 March; Q4: 15 April;
--          each moved to the next day that is neither weekend nor a Japanese holiday of the registry; 23:59:59 in Japan.
create function renkei_api.default_due(p_fiscal_year integer, p_quarter integer, p_variant text, out due_at timestamptz, out due_rule jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	planned constant date := case when p_variant = 'forecast' then make_date(p_fiscal_year + 1, 3, 10)
		else renkei.quarter_end(p_fiscal_year, p_quarter) + 15 end;
	working date := planned;
begin
	while extract(isodow from working) > 5 or exists (select from renkei.holiday h where h.country = 'JP' and h.day = working) loop
		working := working + 1;
	end loop;
	due_at := (working + time '23:59:59') at time zone 'Asia/Tokyo';
	due_rule := jsonb_build_object(
		'ja', case when p_variant = 'forecast' then '3 月 10 日' when p_quarter = 4 then '4 月 15 日' else '四半期の翌月 15 日' end
			|| case when working > planned then format('（%s から日本の次の開庁日に繰り下げ）', planned) else '' end || '、日本時間 23:59:59',
		'en', case when p_variant = 'forecast' then '10 March' when p_quarter = 4 then '15 April' else '15th of the month after the quarter' end
			|| case when working > planned then format('; moved from %s to the next working day in Japan', planned) else '' end || '; 23:59:59 JST',
		'zh', case when p_variant = 'forecast' then '3 月 10 日' when p_quarter = 4 then '4 月 15 日' else '季度次月 15 日' end
			|| case when working > planned then format('（自 %s 顺延至日本的下一个工作日）', planned) else '' end || '，日本时间 23:59:59');
end $$;
