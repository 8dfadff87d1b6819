-- renkei_api.submission_permit - may the caller submit reports at all; asked for one whose report the rules refuse anyway.
-- Takes    whether for another municipality (代理提出).      Errors  RK403 ROLE_NOT_ALLOWED, ON_BEHALF_OF_NOT_ALLOWED.
create function renkei_api.submission_permit(p_on_behalf_of boolean) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not p_on_behalf_of then
		perform renkei_api.require_role('municipality');
	elsif current_setting('renkei.role', true) = 'municipality' then
		perform renkei_api.refuse('RK403', 'ON_BEHALF_OF_NOT_ALLOWED', 'only the secretariat submits on behalf of a municipality', '{}', 'on_behalf_of');
	else
		perform renkei_api.require_role('secretariat');
	end if;
	return true;
end $$;
grant execute on function renkei_api.submission_permit to renkei_daemon;
