-- renkei_api.event_links - what the secretariat has said of pairs of records, the last word of each.
-- Takes    the moment, null = now.
-- Returns  one row a pair: the two records ("401005/seminar"), linked or apart; open pairs are none.
create function renkei_api.event_links(p_as_of timestamptz) returns table (node text, other text, decision text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select l.node, l.other, l.decision from (
		select distinct on (d.municipality_code, d.activity_id, d.other_municipality_code, d.other_activity_id)
			d.municipality_code || '/' || d.activity_id as node, d.other_municipality_code || '/' || d.other_activity_id as other,
			d.decision::text as decision
		from renkei.event_decision d where p_as_of is null or d.decided_at <= p_as_of
		order by d.municipality_code, d.activity_id, d.other_municipality_code, d.other_activity_id, d.entry desc) l
	where l.decision <> 'open'
$$;
