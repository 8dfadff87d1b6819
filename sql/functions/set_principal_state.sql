-- renkei_api.set_principal_state - suspend a principal or make it active again, from its next call on.
-- Takes    its identity; active or suspended; why.
-- Writes   renkei.principal.      Errors  RK404 IDENTITY_UNKNOWN; principal_state_known.
create function renkei_api.set_principal_state(p_uri text, p_state text, p_reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform set_config('renkei.principal', p_uri, true);
	update renkei.principal p set state = p_state, state_reason = p_reason, changed_at = clock_timestamp()
	where p.principal_uri = p_uri;
	if not found then
		perform renkei_api.refuse('RK404', 'IDENTITY_UNKNOWN', format('there is no principal %s', p_uri),
			jsonb_build_object('principal', p_uri));
	end if;
end $$;
grant execute on function renkei_api.set_principal_state to renkei_migrate;
