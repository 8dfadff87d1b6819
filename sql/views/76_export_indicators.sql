-- renkei_api.export_indicators - Indicators of the evaluation, a row a number, with what it is made of and the reports behind it.
create view renkei_api.export_indicators as
select i.indicator_id collate "C" as indicator_id,
	i.series collate "C" as series,
	i.first_fiscal_year,
	i.last_fiscal_year,
	i.statement_id,
	i.label ->> 'ja' as label_ja,
	i.label ->> 'en' as label_en,
	i.label ->> 'zh' as label_zh,
	i.series_label ->> 'ja' as series_label_ja,
	i.series_label ->> 'en' as series_label_en,
	i.series_label ->> 'zh' as series_label_zh,
	i.counting,
	i.rests_on,
	i.unit ->> 'ja' as unit_ja,
	i.unit ->> 'en' as unit_en,
	i.unit ->> 'zh' as unit_zh,
	i.value,
	i.low,
	i.high,
	i.numerator,
	i.denominator,
	i.reports_accepted,
	i.reports_expected
from renkei_api.export_indicator_rows() i;
comment on view renkei_api.export_indicators is 'Indicators of the evaluation, a row a number, with what it is made of and the reports behind it, of the years of each evaluation that has statements; none where only public data are asked for.';
comment on column renkei_api.export_indicators.indicator_id is 'Indicator.';
comment on column renkei_api.export_indicators.series is 'Series of the indicator; main = the one that has no name.';
comment on column renkei_api.export_indicators.first_fiscal_year is 'First fiscal year of the number.';
comment on column renkei_api.export_indicators.last_fiscal_year is 'Last fiscal year of the number; the same = it is of one year.';
comment on column renkei_api.export_indicators.statement_id is 'Statement that it stands behind.';
comment on column renkei_api.export_indicators.label_ja is 'What it counts, in Japanese.';
comment on column renkei_api.export_indicators.label_en is 'What it counts, in English.';
comment on column renkei_api.export_indicators.label_zh is 'What it counts, in Chinese.';
comment on column renkei_api.export_indicators.series_label_ja is 'What the series is called in Japanese; null = the main one.';
comment on column renkei_api.export_indicators.series_label_en is 'What the series is called in English; null = the main one.';
comment on column renkei_api.export_indicators.series_label_zh is 'What the series is called in Chinese; null = the main one.';
comment on column renkei_api.export_indicators.counting is 'How it counts: count, sum, share, portion (of one key among its like), mean, minimum, special.';
comment on column renkei_api.export_indicators.rests_on is 'What it is counted from: reports (open while reports are missing) or registry.';
comment on column renkei_api.export_indicators.unit_ja is 'Unit in Japanese.';
comment on column renkei_api.export_indicators.unit_en is 'Unit in English.';
comment on column renkei_api.export_indicators.unit_zh is 'Unit in Chinese.';
comment on column renkei_api.export_indicators.value is 'The number by what is known; null = nothing is known.';
comment on column renkei_api.export_indicators.low is 'It is at least this, whatever missing reports hold; null = open.';
comment on column renkei_api.export_indicators.high is 'It is at most this, whatever missing reports hold; null = open.';
comment on column renkei_api.export_indicators.numerator is 'Of a share: how many of the whole; null = no share, or not known.';
comment on column renkei_api.export_indicators.denominator is 'Of a share: the whole; null = no share, or not known.';
comment on column renkei_api.export_indicators.reports_accepted is 'Regular reports of these years that are accepted.';
comment on column renkei_api.export_indicators.reports_expected is 'Regular reports of these years that are expected.';
grant select on renkei_api.export_indicators to renkei_analyst;
