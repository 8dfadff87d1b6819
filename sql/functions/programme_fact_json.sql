-- renkei_api.programme_fact_json - a fact of the programme as proto3 JSON of renkei.v1.ProgrammeFact.
create function renkei_api.programme_fact_json(p renkei.programme_fact) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('fact_id', p.fact_id, 'kind', 'FACT_KIND_' || upper(p.kind),
		'activity_kind', 'ACTIVITY_KIND_' || upper(p.activity_kind), 'status', 'FACT_STATUS_' || upper(p.status),
		'scope', 'FACT_SCOPE_' || upper(p.scope), 'fiscal_year', p.fiscal_year, 'began', renkei.partial_date_json(p.began),
		'ended', renkei.partial_date_json(p.ended), 'date_text', p.date_text, 'place', p.place, 'occurrences', p.occurrences,
		'municipality_codes', (select jsonb_agg(m.municipality_code order by m.position) from renkei.programme_fact_municipality m
			where m.fact_id = p.fact_id),
		'partner_codes', (select jsonb_agg(g.partner_code order by g.position) from renkei.programme_fact_partner g where g.fact_id = p.fact_id),
		'themes', (select jsonb_agg('THEME_' || upper(t.theme) order by t.position) from renkei.programme_fact_theme t where t.fact_id = p.fact_id),
		'bodies', nullif(to_jsonb(p.bodies), '[]'), 'municipality_count', p.municipality_count,
		'active_municipality_count', p.active_municipality_count, 'partner_count', p.partner_count)
		|| jsonb_build_object('people', case when p.people is not null then jsonb_build_object('count', p.people,
				'measure', 'PEOPLE_MEASURE_' || upper(p.people_measure), 'side', 'SIDE_' || upper(p.people_side),
				'basis', 'COUNT_BASIS_' || upper(p.people_basis), 'text', p.people_text) end,
			'cost', case when p.payer is not null then jsonb_build_object('payer', 'PAYER_' || upper(p.payer), 'item', 'COST_ITEM_' || upper(p.cost_item),
				'amount', case when p.currency is not null then jsonb_build_object('currency', p.currency, 'minor_units', p.minor_units::text) end,
				'accuracy', 'AMOUNT_ACCURACY_' || upper(p.accuracy)) end,
			'note', p.note, 'source', jsonb_build_object('publisher', p.publisher, 'url', p.url, 'seen', p.seen),
			'same_as_fact_id', p.same_as_fact_id, 'same_as_municipality_code', p.same_as_municipality_code,
			'same_as_activity_id', p.same_as_activity_id))
$$;
