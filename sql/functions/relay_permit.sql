-- renkei_api.relay_permit - may the caller bring a report that an officer of an office without a line has sealed.
-- Takes    nothing; who calls is asked by begin_call.      Errors  RK403 ROLE_NOT_ALLOWED.
create function renkei_api.relay_permit() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat');
	return true;
end $$;
grant execute on function renkei_api.relay_permit to renkei_daemon;
