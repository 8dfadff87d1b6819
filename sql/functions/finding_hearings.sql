-- renkei_api.finding_hearings - what municipalities said of one statement and its indicators, for some readers.
-- Takes    what hearings_said gave, as a list; the statement; whether for readers besides the secretariat.
-- Returns  fields of renkei.v1.EvaluationFinding: hearings, each with its municipality's name, where that has confirmed the record and lets these readers
--          know; of all others unnamed_hearings, how many there are on each side.
create function renkei_api.finding_hearings(p_said jsonb, p_statement text, p_readers boolean) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	with said as (
		select h.*, h.confirmed_at is not null and (not p_readers or h.disclosure <> 'secretariat') as named, nullif(h.tag, p_statement) as indicator
		from jsonb_to_recordset(p_said) as h (tag text, stance text, number text, held_on text, municipality_code text, confirmed_at timestamptz, disclosure text)
		where h.tag = p_statement or split_part(h.tag, '.', 1) = p_statement
			and exists (select from renkei_api.indicator_catalogue() c where c.indicator_id = h.tag)
	)
	select jsonb_build_object('hearings', (select jsonb_agg(jsonb_build_object('number', h.number, 'held_on', h.held_on, 'municipality_code', h.municipality_code,
				'municipality_name_ja', m.name_ja, 'stance', 'STANCE_' || upper(h.stance), 'confirmed_at', renkei.time_json(h.confirmed_at),
				'disclosure', 'DISCLOSURE_' || upper(h.disclosure), 'indicator_id', h.indicator) order by h.held_on, h.number, h.municipality_code, h.indicator nulls first)
			from said h join renkei.municipality m on m.municipality_code::text = h.municipality_code where h.named),
		'unnamed_hearings', (select jsonb_agg(jsonb_build_object('stance', 'STANCE_' || upper(c.stance), 'count', c.count) order by c.stance desc)
			from (select h.stance, count(distinct (h.number, h.municipality_code)) as count from said h where not h.named group by h.stance) c))
$$;
