-- renkei_api.certificates_of - certificates that the caller may see and end: its organisation's, or all for secretariat and operator.
-- Takes    nothing: the caller begun by begin_call.
-- Returns  one row a certificate, with role and name of its principal and whom it is for.
create function renkei_api.certificates_of()
returns table (certificate renkei.certificate, role text, name text, holder text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	me constant text := current_setting('renkei.principal');
	office constant boolean := current_setting('renkei.role') in ('secretariat', 'operator');
begin
	if office then
		perform set_config('renkei.principal', '*', true);
	end if;
	return query select c, p.role, p.name, i.holder from renkei.certificate c join renkei.principal p on p.principal_uri = c.principal_uri
		left join renkei.invitation i on i.invitation_id = c.invitation_id;
	perform set_config('renkei.principal', me, true);
end $$;
