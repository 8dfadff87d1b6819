-- renkei_api.enter_certificate - a new certificate of a principal, from an hour ago (clocks differ) and for the days of its role.
-- Takes    whose; what the daemon knows: {"spki_sha256", "serial" (hexadecimal), "days", "office_days"}; the authority; the invitation it comes
--          from; the key it is renewed from.
-- Writes   renkei.certificate.      Errors  RK429 CERTIFICATES_TOO_MANY.
create function renkei_api.enter_certificate(p_principal renkei.principal, p_facts jsonb, p_issuer text, p_invitation uuid, p_renewed_from bytea)
returns renkei.certificate
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	most constant integer := 20;
	now constant timestamptz := date_trunc('second', clock_timestamp());
	days constant integer := (p_facts ->> case when p_principal.role in ('municipality', 'approver') then 'days' else 'office_days' end)::integer;
	one renkei.certificate;
begin
	perform pg_advisory_xact_lock(hashtextextended('certificates of ' || p_principal.principal_uri, 0));
	if (select count(*) from renkei.certificate c where c.principal_uri = p_principal.principal_uri and c.revoked_at is null
		and coalesce(c.not_after > now, true)) >= most then
		perform renkei_api.refuse('RK429', 'CERTIFICATES_TOO_MANY', format('%s has %s certificates already', p_principal.principal_uri, most),
			jsonb_build_object('principal', p_principal.principal_uri, 'limit', most::text));
	end if;
	insert into renkei.certificate (principal_uri, spki_sha256, serial, issuer, not_before, not_after, invitation_id, renewed_from)
	values (p_principal.principal_uri, decode(p_facts ->> 'spki_sha256', 'hex'), p_facts ->> 'serial', p_issuer,
		now - interval '1 hour', now + make_interval(days => days), p_invitation, p_renewed_from)
	returning * into one;
	return one;
end $$;
