-- renkei_api.references_in_report - what a report takes to be known beside the codes it mentions: its municipality's cooperations,
-- and needs that it does not tell itself.
-- Takes    the document of a report.
-- Returns  one row a mention: "cooperation" or "need", the id of it, field path.
create function renkei_api.references_in_report(p_document jsonb) returns table (kind text, id text, field text)
language sql stable parallel safe as $$
	select 'cooperation', (p_document ->> 'municipality_code') || '-' || (a.record ->> 'partner_code'),
		format('%s[%s].partner_code', l.name, a.place - 1)
	from unnest(array['type_changes', 'intentions']) as l (name)
		cross join lateral jsonb_array_elements(p_document -> l.name) with ordinality as a (record, place)
	where a.record ? 'partner_code'
	union all
	select 'need', a.record ->> 'need_id', format('activities[%s].need_id', a.place - 1)
	from jsonb_array_elements(p_document -> 'activities') with ordinality as a (record, place)
	where coalesce(a.record ->> 'need_id', '') <> ''
		and not jsonb_path_exists(p_document, '$.needs[*] ? (@.need_id == $id)', jsonb_build_object('id', a.record -> 'need_id'))
$$;
