-- renkei_api.indicator_note - how an indicator differs from another one that looks alike.
-- Takes    its id.      Returns  proto3 JSON of renkei.v1.LocalizedText; null when there is nothing to tell apart.
create function renkei_api.indicator_note(p_indicator_id text) returns jsonb
language sql immutable parallel safe as $$
	select jsonb_build_object('ja', n.ja, 'en', n.en, 'zh', n.zh) from (values
		('P2.4', '分母は、取組類型（A又はB）が記録されている連携協力です（相手の中国側地方政府が台帳にないものを含みます）。P4.1 とは、件数が異なります。',
			'Out of the cooperations of which a type (A or B) is recorded, those without a Chinese government in the registry too; P4.1 is out of others.',
			'分母为记录有举措类型（A或B）的合作（含台账中没有中方地方政府的）；P4.1 的分母不同。'),
		('P4.1', '分母は、自治体と中国側地方政府がともに台帳にある連携協力です（取組類型の記録がないものを含みます）。P2.4 とは、件数が異なります。',
			'Out of the cooperations of which the registry has a municipality and a Chinese government, those without a recorded type too; P2.4 is out of others.',
			'分母为台账中同时有自治体和中方地方政府的合作（含没有举措类型记录的）；P2.4 的分母不同。'),
		('O1.2', '分子は、実施前に記録された要望に応じ、かつプログラムがその取組に添付された訪日研修です。プログラムが四半期だけに添付されているもの、要望の日付が分からないものは、定まらないものとします。',
			'In it are training visits that answer a need recorded before they began and whose programme is attached to them; a programme attached to the quarter alone, and a need without a date, leave it open.',
			'分子为响应实施前所记录的需求、且附有日程的访日培训；日程仅附于季度、或需求日期不明的，视为未定。'),
		('O1.4', '資料が足りない：尋ねていません。様式に研修後のアンケートの回答数・平均を書く欄がないためです。集計票は種別「アンケート」の添付として受け取りますが、その数字は数えません。',
			'Too little data: not asked. No form has a place for the number of answers to a questionnaire and their mean. Sheets of answers are taken as attachments of kind questionnaire, but their numbers are not counted.',
			'资料不足：未询问。表格中没有填写培训后问卷回收数和平均值的栏目。问卷汇总表可作为“问卷”类附件提交，但其数字不计入。'),
		('O3.4', '資料が足りない：尋ねていません。様式に派遣前後の自己評価を書く欄がないためです。',
			'Too little data: not asked. No form has a place for how people rate themselves before and after they were sent.',
			'资料不足：未询问。表格中没有填写派遣前后自我评价的栏目。')
		) as n (id, ja, en, zh)
	where n.id = p_indicator_id
$$;
