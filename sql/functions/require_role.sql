-- renkei_api.require_role - the caller begun by begin_call has one of these roles.
-- Errors   RK403 ROLE_NOT_ALLOWED.
create function renkei_api.require_role(variadic p_roles text[]) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
	if coalesce(nullif(current_setting('renkei.role', true), '') <> all (p_roles), true) then
		perform renkei_api.refuse('RK403', 'ROLE_NOT_ALLOWED', format('role %s may not make this call', coalesce(nullif(
			current_setting('renkei.role', true), ''), 'none')), jsonb_build_object('role', current_setting('renkei.role', true),
			'allowed', array_to_string(p_roles, ', ')));
	end if;
end $$;
