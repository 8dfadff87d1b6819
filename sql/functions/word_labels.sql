-- renkei_api.word_labels - what the words of the dimensions are called.
-- Returns  dimension, value, Japanese and Chinese label, and the value's full name in the protocol.
create function renkei_api.word_labels()
returns table (dimension text, value text, ja text, zh text, name text)
language sql immutable parallel safe as $$
	select l.dimension, l.value, l.ja, l.zh, p.prefix || upper(l.value)
	from (values ('kind', 'training_in_japan', '訪日研修（受入）', '访日研修'), ('kind', 'researcher_exchange', '研究員の受入・派遣', '研究人员交流'),
		('kind', 'expert_dispatch', '専門家派遣', '派遣专家'), ('kind', 'staff_dispatch', '職員の派遣', '派遣职员'),
		('kind', 'field_survey', '現地調査', '实地调查'), ('kind', 'local_seminar', '現地セミナー・現地技術交流会', '当地研讨会'),
		('kind', 'consultation', '協議調整', '协商协调'), ('kind', 'joint_research', '共同研究', '联合研究'),
		('kind', 'model_project', 'モデル事業', '示范项目'), ('kind', 'research_exchange', '研究交流', '研究交流'),
		('kind', 'seminar_in_japan', '国内開催セミナー', '日本国内研讨会'), ('kind', 'joint_meeting', '日中合同会合', '中日联合会议'),
		('kind', 'platform_meeting', 'プラットフォーム機関会合', '平台机构会议'), ('kind', 'domestic_meeting', '国内関係者会合', '国内会议'),
		('kind', 'study_visit', '訪日調査・視察受入', '访日考察'), ('kind', 'exhibition', '展示会・商談会', '展会・洽谈会'),
		('kind', 'outreach', '普及啓発・成果報告会', '宣传普及'), ('kind', 'agreement', '合意書・覚書・議定書', '协议・备忘录'),
		('status', 'planned', '予定', '计划'), ('status', 'held', '実施', '已实施'), ('status', 'postponed', '延期', '延期'),
		('status', 'cancelled', '中止', '取消'), ('status', 'continued', '継続', '继续'),
		('scope', 'whole', '事業全体', '全部'), ('scope', 'part', '一部が事業', '部分'), ('scope', 'related_only', '関連のみ', '仅相关'),
		('side', 'jp', '日本側', '日方'), ('side', 'cn', '中国側', '中方'),
		('category', 'municipal_staff', '地方自治体・地方政府職員', '地方政府职员'), ('category', 'national', '国', '国家机关职员'),
		('category', 'research_institute', '研究機関', '研究机构'), ('category', 'company', '企業', '企业'),
		('category', 'industry_association', '業界団体', '行业协会'), ('category', 'university', '大学', '大学'),
		('category', 'interpreter', '通訳', '翻译'), ('category', 'other', 'その他', '其他'), ('category', 'unknown', '内訳不明', '构成不明')
		) as l (dimension, value, ja, zh)
	join (values ('kind', 'ACTIVITY_KIND_'), ('status', 'ACTIVITY_STATUS_'), ('scope', 'SCOPE_'), ('side', 'SIDE_'),
		('category', 'PARTICIPANT_CATEGORY_')) as p (dimension, prefix) on p.dimension = l.dimension
$$;
