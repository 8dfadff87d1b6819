-- renkei_api.import_registry - create or change records of the registry, all or none.
-- Takes    ImportRegistryRequest.  A record with an etag changes the stored one that has it; without, it creates, or is the same.
-- Returns  ImportRegistryResponse: what each record did.  validate_only does it all and takes it back.
-- Writes   the tables of the registry, renkei.office_request.
-- Errors   RK400 REGISTRY_INVALID with every mistake; RK406 REQUEST_ID_REUSED; RK410 ETAG_MISMATCH, ETAG_REQUIRED, with every record
--          concerned; RK403.
create function renkei_api.import_registry(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	dry constant boolean := coalesce((p_request ->> 'validate_only')::boolean, false);
	answer jsonb;
	changes jsonb := '[]';
	mistakes jsonb;
	flawed text[];
	stale jsonb := '[]';
	r record;
	before jsonb;
	after jsonb;
	code text;
	broken text;
	detail text;
begin
	perform renkei_api.require_role('secretariat');
	answer := renkei_api.office_replay('import', p_request);
	if answer is not null then
		return answer;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('registry', 0));
	select coalesce(jsonb_agg(jsonb_build_object('field', m.field, 'reason', m.reason, 'metadata', m.metadata)), '[]'), coalesce(array_agg(m.at), '{}')
	into mistakes, flawed from renkei_api.registry_mistakes(p_request -> 'registry') m;
	begin
		-- Records that are right in themselves are stored even so: what only the tables can tell is told with the rest.
		for r in select * from renkei_api.registry_records(p_request -> 'registry') i where i.at <> all (flawed) order by i.step loop
			before := renkei_api.registry_record(r.entity, r.id);
			code := null;
			if coalesce(r.record ->> 'etag', '') <> '' and before ->> 'etag' is distinct from r.record ->> 'etag' then
				stale := stale || jsonb_build_object('field', r.at || '.etag', 'reason', 'ETAG_MISMATCH', 'metadata',
					jsonb_strip_nulls(jsonb_build_object('entity', r.entity, 'id', r.id, 'name', before ->> 'name_ja', 'etag', coalesce(before ->> 'etag', ''))));
				continue;
			end if;
			begin
				perform renkei_api.import_record(r.entity, r.record);
			exception when integrity_constraint_violation or data_exception or sqlstate 'RK400' then
				get stacked diagnostics code = returned_sqlstate, broken = constraint_name, detail = pg_exception_detail;
			end;
			if code = 'RK400' then
				mistakes := mistakes || jsonb_build_object('field', r.at || '.' || (detail::jsonb ->> 'field'), 'reason', detail::jsonb ->> 'reason',
					'metadata', detail::jsonb -> 'metadata' || jsonb_build_object('entity', r.entity));
			-- What is missing only because a record before it was not stored is no mistake of its own.
			elsif code is not null and (code <> '23503' or mistakes = '[]' and stale = '[]') then
				mistakes := mistakes || jsonb_build_object('field', r.at, 'reason', 'REGISTRY_VALUE_WRONG',
					'metadata', jsonb_build_object('entity', r.entity, 'id', r.id, 'detail', coalesce(nullif(broken, ''), code)));
			end if;
			continue when code is not null;
			after := renkei_api.registry_record(r.entity, r.id);
			if before ? 'etag' and after <> before and coalesce(r.record ->> 'etag', '') = '' then
				stale := stale || jsonb_build_object('field', r.at || '.etag', 'reason', 'ETAG_REQUIRED', 'metadata',
					jsonb_strip_nulls(jsonb_build_object('entity', r.entity, 'id', r.id, 'name', before ->> 'name_ja', 'etag', before ->> 'etag')));
			end if;
			changes := changes || jsonb_build_object('entity', r.entity, 'id', r.id, 'kind', 'IMPORT_CHANGE_KIND_'
				|| case when before is null then 'CREATED' when before = after then 'UNCHANGED' else 'CHANGED' end);
		end loop;
		if mistakes <> '[]' then
			perform renkei_api.refuse('RK400', 'REGISTRY_INVALID', format('%s mistakes in the registry records', jsonb_array_length(mistakes)),
				jsonb_build_object('mistakes', jsonb_array_length(mistakes)::text), mistakes -> 0 ->> 'field', mistakes);
		elsif stale <> '[]' then
			perform renkei_api.refuse('RK410', stale -> 0 ->> 'reason', format('%s %s: %s', stale -> 0 -> 'metadata' ->> 'entity',
				stale -> 0 -> 'metadata' ->> 'id', case stale -> 0 ->> 'reason' when 'ETAG_REQUIRED'
				then 'there already with other content; name its etag to change it' else 'has changed since it was read' end),
				stale -> 0 -> 'metadata', stale -> 0 ->> 'field', stale);
		end if;
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
