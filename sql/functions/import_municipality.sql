-- renkei_api.import_municipality - put one municipality into the registry.      Takes  renkei.v1.Municipality.  Where it does not say whether a
-- release is required, that stays as it is: a file from before must not let reports go without one.
create function renkei_api.import_municipality(p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	insert into renkei.municipality as m (municipality_code, name_ja, name_kana, name_en, name_zh, kind, prefecture_code, state, release_required)
	values (p ->> 'municipality_code', nullif(p ->> 'name_ja', ''), nullif(p ->> 'name_kana', ''), nullif(p ->> 'name_en', ''),
		nullif(p ->> 'name_zh', ''), renkei.word(p ->> 'kind', 'MUNICIPALITY_KIND_'),
		coalesce(nullif(p ->> 'prefecture_code', ''), left(p ->> 'municipality_code', 2)),
		coalesce(renkei.word(p ->> 'state', 'PARTICIPATION_STATE_'), 'participating'),
		coalesce((p ->> 'release_required')::boolean, false))
	on conflict (municipality_code) do update set name_ja = excluded.name_ja, name_kana = excluded.name_kana, name_en = excluded.name_en,
		name_zh = excluded.name_zh, kind = excluded.kind, prefecture_code = excluded.prefecture_code, state = excluded.state,
		release_required = coalesce((p ->> 'release_required')::boolean, m.release_required);
	delete from renkei.municipality_participation t where t.municipality_code = p ->> 'municipality_code';
	insert into renkei.municipality_participation (municipality_code, position, began, ended, basis)
	select p ->> 'municipality_code', t.place, renkei.partial_date(t.record -> 'from'), renkei.partial_date(t.record -> 'to'),
		nullif(t.record ->> 'basis', '')
	from jsonb_array_elements(p -> 'participations') with ordinality as t (record, place);
end $$;
