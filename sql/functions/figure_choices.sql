-- renkei_api.figure_choices - whose figure the secretariat has chosen, the last word on each record.
-- Takes    the moment, null = now.      Returns  one row a record and figure that stands chosen, and since when.
create function renkei_api.figure_choices(p_as_of timestamptz)
returns table (municipality_code text, activity_id text, figure text, chosen_at timestamptz)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select l.municipality_code, l.activity_id, l.figure, l.decided_at from (
		select distinct on (c.municipality_code, c.activity_id, c.figure) c.municipality_code::text, c.activity_id::text, c.figure::text,
			c.chosen, c.decided_at
		from renkei.figure_choice c where p_as_of is null or c.decided_at <= p_as_of
		order by c.municipality_code, c.activity_id, c.figure, c.entry desc) l
	where l.chosen
$$;
