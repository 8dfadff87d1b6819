-- renkei_api.import_fact - put one fact of the programme into the registry.      Takes  renkei.v1.ProgrammeFact.
create function renkei_api.import_fact(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	id constant text := p ->> 'fact_id';
	people constant jsonb := p -> 'people';
	cost constant jsonb := p -> 'cost';
begin
	insert into renkei.programme_fact (fact_id, kind, activity_kind, status, scope, fiscal_year, began, ended, date_text, place, occurrences, bodies,
		municipality_count, active_municipality_count, partner_count, people, people_measure, people_side, people_basis, people_text, payer, cost_item,
		currency, minor_units, accuracy, note, publisher, url, seen, same_as_fact_id, same_as_municipality_code, same_as_activity_id)
	select id, renkei.word(p ->> 'kind', 'FACT_KIND_'), renkei.word(p ->> 'activity_kind', 'ACTIVITY_KIND_'), renkei.word(p ->> 'status', 'FACT_STATUS_'),
		renkei.word(p ->> 'scope', 'FACT_SCOPE_'), nullif((p ->> 'fiscal_year')::integer, 0), renkei.partial_date(p -> 'began'),
		renkei.partial_date(p -> 'ended'), nullif(p ->> 'date_text', ''), nullif(p ->> 'place', ''), nullif((p ->> 'occurrences')::integer, 0),
		array(select b.name from jsonb_array_elements_text(p -> 'bodies') with ordinality as b (name, place) order by b.place),
		nullif((p ->> 'municipality_count')::integer, 0), nullif((p ->> 'active_municipality_count')::integer, 0),
		nullif((p ->> 'partner_count')::integer, 0), case when people is not null then coalesce((people ->> 'count')::integer, 0) end,
		renkei.word(people ->> 'measure', 'PEOPLE_MEASURE_'), renkei.word(people ->> 'side', 'SIDE_'), renkei.word(people ->> 'basis', 'COUNT_BASIS_'),
		nullif(people ->> 'text', ''), renkei.word(cost ->> 'payer', 'PAYER_'), renkei.word(cost ->> 'item', 'COST_ITEM_'),
		cost -> 'amount' ->> 'currency', case when cost ? 'amount' then coalesce((cost -> 'amount' ->> 'minor_units')::bigint, 0) end,
		renkei.word(cost ->> 'accuracy', 'AMOUNT_ACCURACY_'), p ->> 'note', p -> 'source' ->> 'publisher', nullif(p -> 'source' ->> 'url', ''),
		nullif(p -> 'source' ->> 'seen', ''), nullif(p ->> 'same_as_fact_id', ''), nullif(p ->> 'same_as_municipality_code', ''),
		nullif(p ->> 'same_as_activity_id', '')
	on conflict (fact_id) do update set kind = excluded.kind, activity_kind = excluded.activity_kind, status = excluded.status, scope = excluded.scope,
		fiscal_year = excluded.fiscal_year, began = excluded.began, ended = excluded.ended, date_text = excluded.date_text, place = excluded.place,
		occurrences = excluded.occurrences, bodies = excluded.bodies, municipality_count = excluded.municipality_count,
		active_municipality_count = excluded.active_municipality_count, partner_count = excluded.partner_count, people = excluded.people,
		people_measure = excluded.people_measure, people_side = excluded.people_side, people_basis = excluded.people_basis,
		people_text = excluded.people_text, payer = excluded.payer, cost_item = excluded.cost_item, currency = excluded.currency,
		minor_units = excluded.minor_units, accuracy = excluded.accuracy, note = excluded.note, publisher = excluded.publisher, url = excluded.url,
		seen = excluded.seen, same_as_fact_id = excluded.same_as_fact_id, same_as_municipality_code = excluded.same_as_municipality_code,
		same_as_activity_id = excluded.same_as_activity_id;
	delete from renkei.programme_fact_municipality m where m.fact_id::text = id;
	insert into renkei.programme_fact_municipality (fact_id, position, municipality_code)
	select id, c.place, c.code from jsonb_array_elements_text(p -> 'municipality_codes') with ordinality as c (code, place);
	delete from renkei.programme_fact_partner g where g.fact_id::text = id;
	insert into renkei.programme_fact_partner (fact_id, position, partner_code)
	select id, c.place, c.code from jsonb_array_elements_text(p -> 'partner_codes') with ordinality as c (code, place);
	delete from renkei.programme_fact_theme t where t.fact_id::text = id;
	insert into renkei.programme_fact_theme (fact_id, position, theme)
	select id, c.place, renkei.word(c.name, 'THEME_') from jsonb_array_elements_text(p -> 'themes') with ordinality as c (name, place);
end $$;
