-- renkei_api.list_certificates - certificates of the caller's organisation, or of all; those that end first come first.
-- Takes    ListCertificatesRequest.      Returns  ListCertificatesResponse.      Errors  RK403.
create function renkei_api.list_certificates(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code constant text := nullif(p_request ->> 'municipality_code', '');
	prefix constant text := coalesce(p_request ->> 'serial_prefix', '');
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst', 'operator');
	return (select jsonb_build_object('certificates', coalesce(jsonb_agg(renkei_api.certificate_json(t.certificate, t.role, t.name, t.holder)
			order by (t.certificate).not_after, (t.certificate).principal_uri, (t.certificate).spki_sha256), '[]'))
		from (select c.* from renkei_api.certificates_of() c
			where (code is null or c.role in ('municipality', 'approver') and split_part((c.certificate).principal_uri, '/', 5) = code)
				and (prefix = '' or starts_with((c.certificate).serial, prefix))
				and (coalesce((p_request ->> 'include_ended')::boolean, false) or (c.certificate).revoked_at is null
					and coalesce((c.certificate).not_after > clock_timestamp(), true))
			order by (c.certificate).not_after, (c.certificate).principal_uri, (c.certificate).spki_sha256 limit 1000) t);
end $$;
grant execute on function renkei_api.list_certificates to renkei_daemon;
