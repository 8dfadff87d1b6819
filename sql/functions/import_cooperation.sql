-- renkei_api.import_cooperation - put one cooperation into the registry; its type history is only added to.
-- Takes    renkei.v1.Cooperation; entries with a receipt number are a report's and passed over.
-- Errors   RK400 REGISTRY_HISTORY_CHANGED when an entry known is not among those given.
create function renkei_api.import_cooperation(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	id constant text := p ->> 'cooperation_id';
	known integer;
	kept integer;
begin
	insert into renkei.cooperation (cooperation_id, municipality_code, partner_code, basis, basis_date, status, status_since, source)
	values (id, nullif(p ->> 'municipality_code', ''), p ->> 'partner_code', renkei.word(p ->> 'basis', 'COOPERATION_BASIS_'),
		renkei.partial_date(p -> 'basis_date'), coalesce(renkei.word(p ->> 'status', 'COOPERATION_STATUS_'), 'active'),
		renkei.partial_date(p -> 'status_since'), nullif(p ->> 'source', ''))
	on conflict (cooperation_id) do update set basis = excluded.basis, basis_date = excluded.basis_date, status = excluded.status,
		status_since = excluded.status_since, source = excluded.source, municipality_code = excluded.municipality_code,
		partner_code = excluded.partner_code;
	delete from renkei.cooperation_scheme s where s.cooperation_id = id;
	insert into renkei.cooperation_scheme (cooperation_id, position, scheme, began, ended)
	select id, t.place, renkei.word(t.record ->> 'scheme', 'PAYER_'), renkei.partial_date(t.record -> 'from'),
		renkei.partial_date(t.record -> 'to')
	from jsonb_array_elements(p -> 'schemes') with ordinality as t (record, place);

	with given as (
		select g.*, row_number() over (partition by g.key order by g.place) as nth
		from (select t.place, renkei.word(t.record ->> 'type', 'COOPERATION_TYPE_') as type, d.effective,
				nullif(t.record ->> 'reason', '') as reason, nullif(t.record ->> 'evidence', '') as evidence,
				row(renkei.word(t.record ->> 'type', 'COOPERATION_TYPE_'), renkei.partial_date_text(d.effective),
					nullif(t.record ->> 'reason', ''), nullif(t.record ->> 'evidence', ''))::text as key
			from jsonb_array_elements(p -> 'type_history') with ordinality as t (record, place)
			cross join lateral (select renkei.partial_date(t.record -> 'effective')) as d (effective)
			where coalesce(t.record ->> 'receipt_number', '') = '') g
	), held as (
		select h.entry, row(h.type::text, renkei.partial_date_text(h.effective), h.reason, h.evidence)::text as key,
			row_number() over (partition by row(h.type::text, renkei.partial_date_text(h.effective), h.reason, h.evidence)::text
				order by h.entry) as nth
		from renkei.type_history h where h.cooperation_id = id
	), added as (
		insert into renkei.type_history (cooperation_id, entry, type, effective, reason, evidence)
		select id, (select count(*) from held) + row_number() over (order by g.place), g.type, g.effective, g.reason, g.evidence
		from given g where not exists (select from held h where h.key = g.key and h.nth = g.nth)
	)
	select count(*), count(g.key) into known, kept from held h left join given g on g.key = h.key and g.nth = h.nth;
	if kept < known then
		perform renkei_api.refuse('RK400', 'REGISTRY_HISTORY_CHANGED', format('the type history of %s is only added to', id),
			jsonb_build_object('id', id), 'type_history');
	end if;
end $$;
