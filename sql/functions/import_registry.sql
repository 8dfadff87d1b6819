-- renkei_api.import_registry - create or change records of the registry, all or none.
-- Takes    ImportRegistryRequest.  A record with an etag changes the stored one that has it; without, it creates, or is the same.
-- Returns  ImportRegistryResponse: what each record did.  validate_only does it all and takes it back.
-- Writes   the tables of the registry, renkei.office_request.
-- Errors   RK400 REGISTRY_INVALID; RK406 REQUEST_ID_REUSED; RK410 ETAG_MISMATCH, ETAG_REQUIRED; RK403.
create function renkei_api.import_registry(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	changes jsonb := '[]';
	r record;
	before jsonb;
	after jsonb;
	broken text;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('import', p_request);
	if answer is not null then
		return answer;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('registry', 0));
	begin
		for r in
			select l.entity, l.list, t.record, t.place - 1 as place, case l.entity
				when 'municipality' then t.record ->> 'municipality_code'
				when 'partner_government' then t.record ->> 'partner_code'
				when 'cooperation' then t.record ->> 'cooperation_id'
				when 'holiday' then concat_ws(' ', t.record ->> 'country', t.record ->> 'date')
				when 'period' then renkei.period_tag((t.record -> 'period' ->> 'fiscal_year')::integer,
					substr(t.record -> 'period' ->> 'quarter', 10)::integer,
					coalesce(renkei.word(t.record -> 'period' ->> 'variant', 'VARIANT_'), 'regular'))
				else format('FY%s-%s %s', t.record ->> 'first_fiscal_year', t.record ->> 'last_fiscal_year', t.record ->> 'number') end as id
			from (values (1, 'municipality', 'municipalities'), (2, 'partner_government', 'partner_governments'),
				(3, 'cooperation', 'cooperations'), (4, 'holiday', 'holidays'), (5, 'period', 'periods'),
				(6, 'evaluation_note', 'evaluation_notes')) as l (step, entity, list)
			cross join lateral jsonb_array_elements(p_request -> 'registry' -> l.list) with ordinality as t (record, place)
			order by l.step, t.place
		loop
			before := renkei_api.registry_record(r.entity, r.id);
			if coalesce(r.record ->> 'etag', '') <> '' and before ->> 'etag' is distinct from r.record ->> 'etag' then
				perform renkei_api.refuse('RK410', 'ETAG_MISMATCH', format('%s %s has changed since it was read', r.entity, r.id),
					jsonb_strip_nulls(jsonb_build_object('entity', r.entity, 'id', r.id, 'name', before ->> 'name_ja',
					'etag', coalesce(before ->> 'etag', ''))),
					format('registry.%s[%s].etag', r.list, r.place));
			end if;
			begin
				case r.entity
				when 'municipality' then perform renkei_api.import_municipality(r.record);
				when 'partner_government' then perform renkei_api.import_partner(r.record);
				when 'cooperation' then perform renkei_api.import_cooperation(r.record);
				when 'period' then perform renkei_api.import_period(r.record);
				when 'holiday' then
					insert into renkei.holiday (country, day, name, source)
					values (r.record ->> 'country', (r.record ->> 'date')::date, r.record ->> 'name', nullif(r.record ->> 'source', ''))
					on conflict (country, day) do update set name = excluded.name, source = excluded.source;
				else perform renkei_api.import_note(r.record);
				end case;
			exception when integrity_constraint_violation or data_exception then
				-- PostgreSQL's own sentence quotes the row: it is for its log.
				get stacked diagnostics broken = constraint_name;
				broken := coalesce(nullif(broken, ''), sqlstate);
				perform renkei_api.refuse('RK400', 'REGISTRY_INVALID', format('%s %s breaks %s', r.entity, r.id, broken),
					jsonb_build_object('entity', r.entity, 'id', coalesce(r.id, ''), 'constraint', broken),
					format('registry.%s[%s]', r.list, r.place));
			end;
			after := renkei_api.registry_record(r.entity, r.id);
			if before ? 'etag' and after <> before and coalesce(r.record ->> 'etag', '') = '' then
				perform renkei_api.refuse('RK410', 'ETAG_REQUIRED', format('%s %s is there already with other content; name its etag to change it',
					r.entity, r.id), jsonb_strip_nulls(jsonb_build_object('entity', r.entity, 'id', r.id, 'name', before ->> 'name_ja',
					'etag', before ->> 'etag')),
					format('registry.%s[%s].etag', r.list, r.place));
			end if;
			changes := changes || jsonb_build_object('entity', r.entity, 'id', r.id, 'kind', 'IMPORT_CHANGE_KIND_'
				|| case when before is null then 'CREATED' when before = after then 'UNCHANGED' else 'CHANGED' end);
		end loop;
		answer := jsonb_build_object('changes', changes);
		if dry then
			raise exception using errcode = 'RKDRY', message = 'taken back';
		end if;
		perform renkei_api.office_keep('import', p_request, answer);
	exception when sqlstate 'RKDRY' then
		null;
	end;
	return answer;
end $$;
grant execute on function renkei_api.import_registry to renkei_daemon;
