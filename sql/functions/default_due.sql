-- renkei_api.default_due - the deadline of a period by the rule that holds for it (renkei.deadline_rule).
-- Takes    fiscal year, quarter, variant.
-- Returns  the deadline, 23:59:59 in Japan, and the rule in words as proto3 JSON of renkei.v1.LocalizedText.
create function renkei_api.default_due(p_fiscal_year integer, p_quarter integer, p_variant text, out due_at timestamptz, out due_rule jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	d constant record := renkei_api.due_explained(p_fiscal_year, p_quarter, p_variant);
	days constant integer := abs((d.rule).days_after_quarter_end);
	before constant boolean := (d.rule).days_after_quarter_end < 0;
	moved constant boolean := d.working > d.planned;
	japan constant boolean := (d.rule).country = 'JP';
begin
	due_at := (d.working + time '23:59:59') at time zone 'Asia/Tokyo';
	due_rule := jsonb_build_object(
		'ja', format('四半期末の %s 日%s', days, case when before then '前' else '後' end)
			|| case when moved then format('（%s から%sの次の開庁日に繰り下げ）', d.planned, case when japan then '日本' else '中国' end) else '' end
			|| '、日本時間 23:59:59',
		'en', format('%s days %s the end of the quarter', days, case when before then 'before' else 'after' end)
			|| case when moved then format('; moved from %s to the next working day in %s', d.planned, case when japan then 'Japan' else 'China' end) else '' end
			|| '; 23:59:59 JST',
		'zh', format('季度末%s %s 天', case when before then '前' else '后' end, days)
			|| case when moved then format('（自 %s 顺延至%s的下一个工作日）', d.planned, case when japan then '日本' else '中国' end) else '' end
			|| '，日本时间 23:59:59');
end $$;
