-- renkei_api.export_tables - The tables of an export: a table is its view export_NAME and a line here.
create view renkei_api.export_tables as
select t.position,
	t.name,
	t.label_ja,
	t.label_en,
	t.label_zh,
	t.keys,
	t.document
from (values
	(1, 'municipalities', '地方自治体', 'Municipalities', '地方自治体', 'municipality_code', false),
	(2, 'partner_governments', '中国側地方政府', 'Chinese governments', '中方地方政府', 'partner_code', false),
	(3, 'participation', '参加期間', 'Intervals of taking part', '参加期间', 'side, code, interval', false),
	(4, 'cooperations', '連携協力', 'Cooperations', '合作', 'cooperation_id', false),
	(5, 'type_history', '取組類型の履歴', 'Types of cooperations over time', '合作类型历史', 'cooperation_id, receipt_number, position', false),
	(6, 'reports', '報告', 'Reports', '报告', 'receipt_number', false),
	(7, 'activities', '取組', 'Activities', '活动', 'receipt_number, activity_id', false),
	(8, 'activity_parties', '取組の参加主体', 'Who took part in activities', '活动参与方', 'receipt_number, activity_id, party_kind, position', false),
	(9, 'activity_themes', '取組のテーマ', 'Themes of activities', '活动主题', 'receipt_number, activity_id, position', false),
	(10, 'participants', '参加者数', 'Numbers of participants', '参加人数', 'receipt_number, activity_id, position', false),
	(11, 'organisations', '民間企業・団体等', 'Companies and associations', '企业及团体', 'receipt_number, activity_id, position', false),
	(12, 'cost_lines', '費用負担', 'Who bears the costs', '费用分担', 'receipt_number, activity_id, position', false),
	(13, 'needs', '要望', 'Needs', '需求', 'receipt_number, need_id', false),
	(14, 'outcomes', '成果', 'Outcomes', '成果', 'receipt_number, outcome_id', false),
	(15, 'outcome_categories', '成果の分類', 'Categories of outcomes', '成果分类', 'receipt_number, outcome_id, position', false),
	(16, 'outcome_evidence', '成果の根拠', 'Evidence of outcomes', '成果依据', 'receipt_number, outcome_id, evidence_kind, position', false),
	(17, 'challenges', '課題', 'Challenges', '课题', 'receipt_number, challenge_id', false),
	(18, 'projects', '共同研究・モデル事業', 'Joint research and model projects', '联合研究・示范项目', 'receipt_number, project_id', false),
	(19, 'project_parties', '事業の参加主体', 'Who takes part in projects', '项目参与方', 'receipt_number, project_id, party_kind, position', false),
	(20, 'policy_contributions', '政策への寄与', 'Contributions to policy', '政策贡献', 'receipt_number, contribution_id', false),
	(21, 'environmental_values', '環境測定値', 'Environmental values', '环境测定值', 'receipt_number, contribution_id, position', false),
	(22, 'themes', 'テーマ一覧', 'List of themes', '主题列表', 'theme', false),
	(23, 'periods', '報告対象期', 'Reporting periods', '报告期', 'fiscal_year, quarter, variant', false),
	(24, 'event_decisions', '取組の同一性・人数の判断', 'Decisions on events', '活动认定', 'subject, municipality_code, activity_id, about, entry', false),
	(25, 'statements', '中間評価の記述', 'Statements of the evaluation', '评估论述', 'first_fiscal_year, last_fiscal_year, statement_id', false),
	(26, 'indicators', '中間評価の指標', 'Indicators of the evaluation', '评估指标', 'indicator_id, series, first_fiscal_year, last_fiscal_year', false),
	(27, 'attachments', '添付資料', 'Attachments', '附件', 'receipt_number, attachment_number', false),
	(28, 'iati', 'IATI の活動', 'Activities of IATI', 'IATI 活动', 'identifier', true)) as t (position, name, label_ja, label_en, label_zh, keys, document);
comment on view renkei_api.export_tables is 'The tables of an export: a table is its view export_NAME and a line here.';
comment on column renkei_api.export_tables.position is 'Order in an export.';
comment on column renkei_api.export_tables.name is 'Name in every format.';
comment on column renkei_api.export_tables.label_ja is 'Label in Japanese.';
comment on column renkei_api.export_tables.label_en is 'Label in English.';
comment on column renkei_api.export_tables.label_zh is 'Label in Chinese.';
comment on column renkei_api.export_tables.keys is 'Columns of its key, and its order.';
comment on column renkei_api.export_tables.document is 'No table of a bundle: what the one format of this name is made of.';
grant select on renkei_api.export_tables to renkei_analyst;
