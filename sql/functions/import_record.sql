-- renkei_api.import_record - put one record of an import into the registry.
-- Takes    its kind; the record.      Errors   RK400 REGISTRY_HISTORY_CHANGED; what the tables refuse.
create function renkei_api.import_record(p_entity text, p jsonb) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	case p_entity
	when 'municipality' then perform renkei_api.import_municipality(p);
	when 'partner_government' then perform renkei_api.import_partner(p);
	when 'cooperation' then perform renkei_api.import_cooperation(p);
	when 'period' then perform renkei_api.import_period(p);
	when 'holiday' then
		insert into renkei.holiday (country, day, name, source)
		values (p ->> 'country', (p ->> 'date')::date, p ->> 'name', nullif(p ->> 'source', ''))
		on conflict (country, day) do update set name = excluded.name, source = excluded.source;
	else perform renkei_api.import_note(p);
	end case;
end $$;
