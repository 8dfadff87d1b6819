-- renkei_api.import_cooperation - put one cooperation into the registry; its type history is only added to.
-- Takes    renkei.v1.Cooperation; entries with a receipt number are a report's and passed over.
-- Errors   RK409 TYPE_HISTORY_APPEND_ONLY when the entries known are not the beginning of those given.
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
		select row_number() over (order by t.place)::integer as entry, renkei.word(t.record ->> 'type', 'COOPERATION_TYPE_') as type,
			renkei.partial_date(t.record -> 'effective') as effective, nullif(t.record ->> 'reason', '') as reason,
			nullif(t.record ->> 'evidence', '') as evidence
		from jsonb_array_elements(p -> 'type_history') with ordinality as t (record, place)
		where coalesce(t.record ->> 'receipt_number', '') = ''
	), added as (
		insert into renkei.type_history (cooperation_id, entry, type, effective, reason, evidence)
		select id, g.entry, g.type, g.effective, g.reason, g.evidence from given g
		where g.entry > (select count(*) from renkei.type_history h where h.cooperation_id = id)
	)
	select count(*), count(*) filter (where row(g.type, renkei.partial_date_text(g.effective), g.reason, g.evidence)
		is not distinct from row(h.type::text, renkei.partial_date_text(h.effective), h.reason, h.evidence)) into known, kept
	from renkei.type_history h left join given g on g.entry = h.entry where h.cooperation_id = id;
	if kept < known then
		perform renkei_api.refuse('RK409', 'TYPE_HISTORY_APPEND_ONLY', format('the type history of %s is only added to', id),
			jsonb_build_object('cooperation_id', id), 'type_history');
	end if;
end $$;
