-- renkei_api.indicator_note - how an indicator differs from another one that looks alike.
-- Takes    its id.      Returns  proto3 JSON of renkei.v1.LocalizedText; null when there is nothing to tell apart.
create function renkei_api.indicator_note(p_indicator_id text) returns jsonb
language sql immutable parallel safe as $$
	select jsonb_build_object('ja', n.ja, 'en', n.en, 'zh', n.zh) from (values
		('P2.4', '分母は、取組類型（A又はB）が記録されている連携協力です。類型の記録がない連携協力も分母に含める P4.1 とは、件数が異なります。',
			'Out of the cooperations of which a type (A or B) is recorded; P4.1 is out of all of them, those without one too.',
			'分母为记录有举措类型（A或B）的合作；P4.1 的分母还包括没有类型记录的合作，因此件数不同。'),
		('P4.1', '分母は、台帳にあるすべての連携協力（取組類型の記録がないものを含む）です。類型の記録があるものだけを分母とする P2.4 とは、件数が異なります。',
			'Out of all cooperations of the registry, those without a recorded type too; P2.4 is out of those that have one.',
			'分母为台账中的全部合作（含没有举措类型记录的）；P2.4 的分母仅为有类型记录的合作，因此件数不同。')
		) as n (id, ja, en, zh)
	where n.id = p_indicator_id
$$;
