-- renkei_api.label_ja - a value of a dimension for Japanese readers.
-- Takes    the dimension ("municipality", "kind" ...), the value; an empty value is one that nobody gave.
create function renkei_api.label_ja(p_dimension text, p_value text) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(case p_dimension
		when 'municipality' then (select m.name_ja from renkei.municipality m where m.municipality_code::text = p_value)
		when 'partner' then (select g.name_ja from renkei.partner_government g where g.partner_code::text = p_value)
		when 'theme' then (select t.label_ja from renkei.theme t where t.theme::text = p_value)
		when 'fiscal_year' then p_value || '年度'
		when 'quarter' then '第' || substr(p_value, 2) || '四半期'
		else (select l.label from (values
			('kind', 'training_in_japan', '訪日研修（受入）'), ('kind', 'researcher_exchange', '研究員の受入・派遣'),
			('kind', 'expert_dispatch', '専門家派遣'), ('kind', 'staff_dispatch', '職員の派遣'), ('kind', 'field_survey', '現地調査'),
			('kind', 'local_seminar', '現地セミナー・現地技術交流会'), ('kind', 'consultation', '協議調整'), ('kind', 'joint_research', '共同研究'),
			('kind', 'model_project', 'モデル事業'), ('kind', 'research_exchange', '研究交流'), ('kind', 'seminar_in_japan', '国内開催セミナー'),
			('kind', 'joint_meeting', '日中合同会合'), ('kind', 'platform_meeting', 'プラットフォーム機関会合'),
			('kind', 'domestic_meeting', '国内関係者会合'), ('kind', 'study_visit', '訪日調査・視察受入'), ('kind', 'exhibition', '展示会・商談会'),
			('kind', 'outreach', '普及啓発・成果報告会'), ('kind', 'agreement', '合意書・覚書・議定書'),
			('status', 'planned', '予定'), ('status', 'held', '実施'), ('status', 'postponed', '延期'), ('status', 'cancelled', '中止'),
			('status', 'continued', '継続'), ('scope', 'whole', '事業全体'), ('scope', 'part', '一部が事業'),
			('side', 'jp', '日本側'), ('side', 'cn', '中国側'),
			('category', 'municipal_staff', '地方自治体・地方政府職員'), ('category', 'national', '国'), ('category', 'research_institute', '研究機関'),
			('category', 'company', '企業'), ('category', 'industry_association', '業界団体'), ('category', 'university', '大学'),
			('category', 'interpreter', '通訳'), ('category', 'other', 'その他'), ('category', 'unknown', '内訳不明')
			) as l (dimension, value, label) where l.dimension = p_dimension and l.value = p_value) end,
		case when p_value = '' then '（記載なし）' else p_value end)
$$;
