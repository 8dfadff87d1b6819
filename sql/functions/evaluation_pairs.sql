-- renkei_api.evaluation_pairs - which cooperations had a part in which events.
-- Takes    what was gathered (renkei_api.evaluation_source).
-- Returns  one row an event and cooperation whose two sides both took part in it.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes: taken apart first, joined then.
create function renkei_api.evaluation_pairs(p_source renkei.evaluation_source)
returns table (event text, fiscal_year integer, cooperation_id text, kind text, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with met as materialized (
		select e.event, e.fiscal_year, e.kind, e.refs[1] as ref, m.code as municipality_code, g.code as partner_code
		from unnest(p_source.events) e cross join lateral unnest(e.municipalities) as m (code) cross join lateral unnest(e.partners) as g (code)
	)
	select w.event, w.fiscal_year, c.cooperation_id, w.kind, w.ref
	from met w join renkei.cooperation c on c.municipality_code::text = w.municipality_code and c.partner_code::text = w.partner_code
$$;
