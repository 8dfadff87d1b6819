-- renkei_api.issued_certificate - what the daemon signs and answers: a certificate's row, with its moments as whole seconds since 1970.
create function renkei_api.issued_certificate(p renkei.certificate)
returns table (reply jsonb, uri text, serial text, not_before bigint, not_after bigint)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('certificate', renkei_api.certificate_json(p, r.role, r.name,
			(select i.holder from renkei.invitation i where i.invitation_id = p.invitation_id))),
		p.principal_uri, p.serial, extract(epoch from p.not_before)::bigint, extract(epoch from p.not_after)::bigint
	from renkei.principal r where r.principal_uri = p.principal_uri
$$;
