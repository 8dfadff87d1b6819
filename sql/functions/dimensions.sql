-- renkei_api.dimensions - the catalogue of what numbers can be grouped and filtered by.
-- Returns  name as in the protocol; whether one thing may have several values, so that rows add up to more than the total; label and
--          definition in three languages.
create function renkei_api.dimensions()
returns table (place integer, name text, several boolean, label jsonb, definition jsonb)
language sql immutable parallel safe as $$
	select row_number() over ()::integer, d.name, d.several, jsonb_build_object('ja', d.ja, 'en', d.en, 'zh', d.zh),
		jsonb_build_object('ja', d.what_ja, 'en', d.what_en, 'zh', d.what_zh)
	from (values
		('municipality', true, '自治体', 'municipality', '自治体',
			'取組では役割を問わず参加した自治体、そのほかでは報告した自治体。', 'Of events the municipalities that took part in any role, else the one that reports.',
			'活动为以任何角色参与的自治体，其他为报告的自治体。'),
		('partner', true, '中国側', 'Chinese side', '中方',
			'中国側の地方政府。', 'Chinese governments.', '中方地方政府。'),
		('fiscal_year', false, '年度', 'fiscal year', '财年',
			'取組では開始日の年度（開始月が不明なら報告の年度）、そのほかでは報告の年度。', 'Of events that of the start (of the report where the month is unknown), else of the report.',
			'活动以开始日期为准（开始月份不明时以报告为准），其他以报告为准。'),
		('quarter', false, '四半期', 'quarter', '季度',
			'年度と同じ決め方の四半期。', 'Decided as the fiscal year is.', '与财年相同的判定方法。'),
		('kind', false, '種別', 'kind', '种类', '取組の種別。', 'Kind of the event.', '活动种类。'),
		('theme', true, 'テーマ', 'theme', '主题', 'テーマ（複数あればそれぞれ）。', 'Themes, each of several.', '主题（有多个时分别计入）。'),
		('status', false, '状況', 'status', '状况', '実施状況。指定すると、実施していない取組も数える。', 'Status; asked for, events count that were not held too.',
			'实施状况。指定时未实施的活动也计入。'),
		('scope', false, '事業との関係', 'scope', '范围', '取組のどこまでが本事業か。関連のみの取組は数えない。', 'How far the event belongs to the programme; related-only ones never count.',
			'活动与本项目的关系。仅相关的不计。'),
		('side', true, '日中の別', 'side', '中日方', '参加者が日本側か中国側か。', 'Japanese or Chinese participants.', '参加者为日方或中方。'),
		('category', true, '区分', 'category', '类别', '参加者の区分。', 'Category of participants.', '参加者类别。'),
		('event', false, '取組', 'event', '活动', '一つの取組（自治体コード/取組 ID）。共同の取組は一つにまとめる。', 'One event (code/id); a joint one is one.',
			'一项活动（自治体代码/活动 ID）；共同活动合为一项。'),
		('mode', false, '実施形態', 'mode', '方式', '対面・オンライン等。', 'How people met.', '线下、线上等。'),
		('country', false, '実施国', 'country', '国家', '実施場所の国（ISO 3166-1 の 2 文字）。', 'Country of the place, two letters of ISO 3166-1.', '实施地点的国家（ISO 3166-1 两位字母）。'),
		('scheme', true, '制度', 'scheme', '资金渠道', '取組の枠組み（複数あればそれぞれ）。', 'Schemes it ran under, each of several.', '资金渠道（有多个时分别计入）。'),
		('role', true, '役割', 'role', '角色', '参加した自治体の役割。', 'What the municipalities did.', '参与自治体的角色。'),
		('basis', true, '人数の根拠', 'basis', '人数依据', '人数が実数か概数か。', 'How the number of people came about.', '人数为实数或估计。'),
		('payer', true, '負担者', 'payer', '负担者', '費用の負担者。不明は「なし」と区別する。', 'Whose money; unknown is not nobody.', '费用负担者；“不明”与“无”不同。'),
		('cost_item', true, '費目', 'cost item', '费目', '費用の費目。', 'What it pays.', '费用的费目。'),
		('need_level', false, '要望の水準', 'level of need', '需求层次', '要望の水準。', 'How demanding a need is.', '需求的层次。'),
		('outcome_category', true, '成果の区分', 'category of outcome', '成果类别', '成果の区分（複数あればそれぞれ）。', 'Categories of an outcome, each of several.',
			'成果类别（有多个时分别计入）。'),
		('challenge_category', false, '課題の区分', 'category of challenge', '问题类别', '課題の区分。', 'Category of a challenge.', '待解决问题的类别。'),
		('policy_level', false, '寄与の段階', 'level of contribution', '贡献阶段', '政策への寄与の段階。', 'How far a contribution went.', '对政策贡献的阶段。'),
		('prefecture', true, '都道府県', 'prefecture', '都道府县', '自治体の都道府県。都道府県自身と、その市を含む。自治体と同じ数え方。', 'Of the municipality: the prefecture itself and its cities; counted as municipalities are.',
			'自治体所在的都道府县，含都道府县自身及其市。计法与自治体相同。')
		) as d (name, several, ja, en, zh, what_ja, what_en, what_zh)
$$;
