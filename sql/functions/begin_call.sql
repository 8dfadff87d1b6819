-- renkei_api.begin_call - who is calling, and may they: the first statement of every segment but a batch's.
-- Takes    the certificate's identity; the SHA-256 of its public key; the roles that may make this call; milliseconds for the call.
-- Returns  one row: the caller's role and, of a municipality or its approver, its code.
-- Writes   settings of this transaction: renkei.principal, renkei.key (the digest of the public key, hexadecimal), renkei.role, renkei.tenant (what row security goes by), statement_timeout; no JIT, which
--          costs seconds where the planner overrates the lists in a document.
-- Errors   RK401 IDENTITY_UNKNOWN, CERTIFICATE_REVOKED, PRINCIPAL_SUSPENDED; RK403 ROLE_NOT_ALLOWED.
create function renkei_api.begin_call(p_uri text, p_spki bytea, p_roles text[], p_timeout_ms integer)
returns table (role text, municipality_code text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	who record;
begin
	perform set_config('statement_timeout', greatest(coalesce(p_timeout_ms, 0), 1)::text, true),
		set_config('jit', 'off', true), set_config('renkei.principal', p_uri, true),
		set_config('renkei.key', encode(p_spki, 'hex'), true);
	select p.role, p.municipality_code, p.state, p.state_reason, c.revoked_at into who
	from renkei.principal p join renkei.certificate c on c.principal_uri = p.principal_uri
	where p.principal_uri = p_uri and c.spki_sha256 = p_spki;
	if not found then
		perform renkei_api.refuse('RK401', 'IDENTITY_UNKNOWN', 'this certificate belongs to nobody who may call',
			jsonb_build_object('principal', p_uri));
	elsif who.revoked_at is not null then
		perform renkei_api.refuse('RK401', 'CERTIFICATE_REVOKED', 'this certificate is revoked', jsonb_build_object('principal', p_uri,
			'revoked_at', renkei.time_json(who.revoked_at)));
	elsif who.state <> 'active' then
		perform renkei_api.refuse('RK401', 'PRINCIPAL_SUSPENDED', 'this principal is suspended', jsonb_build_object('principal', p_uri));
	elsif who.role <> all (p_roles) then
		perform renkei_api.refuse('RK403', 'ROLE_NOT_ALLOWED', format('role %s may not make this call', who.role),
			jsonb_build_object('role', who.role, 'allowed', array_to_string(p_roles, ', ')));
	end if;
	perform set_config('renkei.role', who.role, true),
		set_config('renkei.tenant', coalesce(who.municipality_code, case who.role when 'operator' then '' else '*' end), true);
	role := who.role;
	municipality_code := who.municipality_code;
	return next;
end $$;
grant execute on function renkei_api.begin_call to renkei_daemon;
