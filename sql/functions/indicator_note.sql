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
			'分母为台账中同时有自治体和中方地方政府的合作（含没有举措类型记录的）；P2.4 的分母不同。')
		) as n (id, ja, en, zh)
	where n.id = p_indicator_id
$$;
