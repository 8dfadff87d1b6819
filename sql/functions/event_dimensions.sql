-- renkei_api.event_dimensions - what an event is, by dimension: the words of the record that speaks for it, and the municipalities,
-- governments and themes of all its records.  A value nobody gave is ''.
-- Takes    as renkei_api.counted_events.      Returns  one row an event: {"dimension": ["value", ...]}.
create function renkei_api.event_dimensions(p_as_of timestamptz, p_include_submitted boolean, p_any_status boolean)
returns table (event text, dimensions jsonb)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with record as materialized (
		select e.* from renkei_api.counted_events(p_as_of, p_include_submitted, p_any_status) e
	)
	select r.event, jsonb_build_object(
		'municipality', coalesce((select jsonb_agg(distinct p.party_municipality_code) from record o
			join renkei.activity_municipality p on p.municipality_code::text = o.municipality_code and p.version_id = o.version_id
				and p.activity_id::text = o.activity_id where o.event = r.event), '[""]'),
		'partner', coalesce((select jsonb_agg(distinct p.partner_code) from record o
			join renkei.activity_partner p on p.municipality_code::text = o.municipality_code and p.version_id = o.version_id
				and p.activity_id::text = o.activity_id where o.event = r.event), '[""]'),
		'theme', coalesce((select jsonb_agg(distinct t.theme) from record o
			join renkei.activity_theme t on t.municipality_code::text = o.municipality_code and t.version_id = o.version_id
				and t.activity_id::text = o.activity_id where o.event = r.event), '[""]'),
		'fiscal_year', jsonb_build_array(r.fiscal_year::text), 'quarter', jsonb_build_array('q' || r.quarter),
		'kind', jsonb_build_array(coalesce(r.kind, '')), 'status', jsonb_build_array(coalesce(r.status, '')),
		'scope', jsonb_build_array(coalesce(r.scope, '')))
	from record r where r.speaks
$$;
