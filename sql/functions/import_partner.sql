-- renkei_api.import_partner - put one Chinese government into the registry.      Takes  renkei.v1.PartnerGovernment.
create function renkei_api.import_partner(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	insert into renkei.partner_government (partner_code, name_ja, name_zh, name_en, level, parent_code, served_by)
	values (p ->> 'partner_code', nullif(p ->> 'name_ja', ''), nullif(p ->> 'name_zh', ''), nullif(p ->> 'name_en', ''),
		renkei.word(p ->> 'level', 'PARTNER_LEVEL_'), coalesce(nullif(p ->> 'parent_code', ''),
			case when p ->> 'level' = 'PARTNER_LEVEL_CITY' then left(p ->> 'partner_code', 2) || '0000' end),
		coalesce(renkei.word(p ->> 'served_by', 'SERVED_BY_'), 'municipality'))
	on conflict (partner_code) do update set name_ja = excluded.name_ja, name_zh = excluded.name_zh, name_en = excluded.name_en,
		level = excluded.level, parent_code = excluded.parent_code, served_by = excluded.served_by;
	delete from renkei.partner_participation t where t.partner_code = p ->> 'partner_code';
	insert into renkei.partner_participation (partner_code, position, began, ended, basis)
	select p ->> 'partner_code', t.place, renkei.partial_date(t.record -> 'from'), renkei.partial_date(t.record -> 'to'),
		nullif(t.record ->> 'basis', '')
	from jsonb_array_elements(p -> 'participations') with ordinality as t (record, place);
	delete from renkei.counterpart_body b where b.partner_code = p ->> 'partner_code';
	insert into renkei.counterpart_body (partner_code, position, name_ja, name_zh, valid_from, valid_to)
	select p ->> 'partner_code', t.place, nullif(t.record ->> 'name_ja', ''), nullif(t.record ->> 'name_zh', ''),
		renkei.partial_date(t.record -> 'valid_from'), renkei.partial_date(t.record -> 'valid_to')
	from jsonb_array_elements(p -> 'bodies') with ordinality as t (record, place);
end $$;
