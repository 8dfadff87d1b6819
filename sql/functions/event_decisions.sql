-- renkei_api.event_decisions - what was said of a pair of records, the last word first.
-- Takes    both records in the order of renkei.event_decision; the moment, null = now.      Returns  an array of proto3 JSON of renkei.v1.EventDecision; null = nothing.
create function renkei_api.event_decisions(p_node text, p_other text, p_as_of timestamptz) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_agg(jsonb_build_object('word', 'EVENT_WORD_' || upper(d.decision), 'reason', d.reason,
		'decided_at', renkei.time_json(d.decided_at), 'decided_by', d.principal_uri) order by d.entry desc)
	from renkei.event_decision d
	where d.municipality_code = split_part(p_node, '/', 1) and d.activity_id = split_part(p_node, '/', 2)
		and d.other_municipality_code = split_part(p_other, '/', 1) and d.other_activity_id = split_part(p_other, '/', 2)
		and (p_as_of is null or d.decided_at <= p_as_of)
$$;
