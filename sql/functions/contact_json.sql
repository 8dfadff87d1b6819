-- renkei_api.contact_json - a person who is reminded, as proto3 JSON of renkei.v1.Contact.
create function renkei_api.contact_json(p renkei.contact) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('municipality_code', p.municipality_code, 'municipality_name_ja', m.name_ja, 'email', p.email,
		'name', p.name, 'language', p.language, 'set_at', renkei.time_json(p.set_at), 'set_by', p.principal_uri,
		'topics', (select jsonb_agg('LETTER_TOPIC_' || upper(t) order by array_position(array['deadline', 'returned', 'accepted', 'confirmation', 'release'], t))
			from unnest(p.topics) t)))
	from renkei.municipality m where m.municipality_code = p.municipality_code
$$;
