-- renkei_api.submissions_read - the items of a batch with what can be said of each without looking at the reports stored.
-- Takes    the arrays of renkei_api.submit_reports.
-- Returns  one submission an item; with a refusal when the caller may not submit this.
create function renkei_api.submissions_read(p_uri text[], p_spki bytea[], p_request_id text[], p_validate_only text[],
	p_report bytea[], p_document jsonb[], p_on_behalf_of text[])
returns renkei_api.submission[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
	with read as (
		select a.item::integer as item, a.uri,
			case when a.request_id ~ '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$' then a.request_id::uuid end as request_id,
			a.validate_only = 't' as validate_only,
			a.document ->> 'municipality_code' as municipality_code,
			(a.document -> 'period' ->> 'fiscal_year')::smallint as fiscal_year,
			substr(a.document -> 'period' ->> 'quarter', 10)::smallint as quarter,
			renkei.word(a.document -> 'period' ->> 'variant', 'VARIANT_') as variant,
			renkei.word(a.document ->> 'action', 'REPORT_ACTION_') as action,
			coalesce((a.document ->> 'base_version')::smallint, 0::smallint) as base_version,
			sha256(a.report) as sha256, nullif(a.on_behalf_of, '') as on_behalf_of,
			p.role, p.state, p.municipality_code as own_code, c.revoked_at, c.spki_sha256 is not null as known
		from unnest(p_uri, p_spki, p_request_id, p_validate_only, p_report, p_document, p_on_behalf_of) with ordinality
			as a (uri, spki, request_id, validate_only, report, document, on_behalf_of, item)
		left join renkei.principal p on p.principal_uri = a.uri
		left join renkei.certificate c on c.principal_uri = a.uri and c.spki_sha256 = a.spki
	), judged as (
		select r.*, case
			when not r.known then renkei_api.refusal(16, 'IDENTITY_UNKNOWN', 'this certificate belongs to nobody who may call',
				jsonb_build_object('principal', r.uri))
			when r.revoked_at is not null then renkei_api.refusal(16, 'CERTIFICATE_REVOKED', 'this certificate is revoked',
				jsonb_build_object('principal', r.uri, 'revoked_at', renkei.time_json(r.revoked_at)))
			when r.state <> 'active' then renkei_api.refusal(16, 'PRINCIPAL_SUSPENDED', 'this principal is suspended',
				jsonb_build_object('principal', r.uri))
			when r.role = 'municipality' and r.on_behalf_of is not null then renkei_api.refusal(7, 'ON_BEHALF_OF_NOT_ALLOWED',
				'only the secretariat submits on behalf of a municipality', '{}', 'on_behalf_of')
			when r.role <> case when r.on_behalf_of is null then 'municipality' else 'secretariat' end then renkei_api.refusal(7, 'ROLE_NOT_ALLOWED', format('role %s may not make this call', r.role),
				jsonb_build_object('role', r.role, 'allowed', case when r.on_behalf_of is null then 'municipality' else 'secretariat' end))
			when r.request_id is null then renkei_api.refusal(3, 'REQUEST_ID_REQUIRED', 'request_id is not a UUID', '{}', 'request_id')
			when r.on_behalf_of <> coalesce(r.municipality_code, '') then renkei_api.refusal(3, 'ON_BEHALF_OF_DIFFERS',
				format('on behalf of %s, and the report is one of %s', left(r.on_behalf_of, 6), r.municipality_code), jsonb_build_object(
				'on_behalf_of', left(r.on_behalf_of, 6), 'municipality_code', r.municipality_code), 'on_behalf_of')
			-- What is no code must not become a tenant.
			when r.on_behalf_of is not null and not renkei.is_lg_code(r.on_behalf_of) then renkei_api.refusal(5, 'MUNICIPALITY_NOT_FOUND',
				'on_behalf_of is no municipality code', jsonb_build_object('municipality_code', left(r.on_behalf_of, 6)), 'on_behalf_of')
			when r.on_behalf_of is null and r.own_code is distinct from r.municipality_code then renkei_api.refusal(7, 'NOT_YOUR_MUNICIPALITY',
				format('municipality %s may not submit for %s', r.own_code, r.municipality_code),
				jsonb_build_object('municipality_code', r.municipality_code, 'own_code', r.own_code), 'municipality_code')
			when r.fiscal_year is null or r.quarter is null or r.variant is null then renkei_api.refusal(5, 'PERIOD_NOT_FOUND',
				'the report names no period', '{}', 'period')
			end as refusal
		from read r
	), met as (
		select j.*, j.refusal is null and (
			count(*) over (partition by j.refusal is null, j.municipality_code, j.fiscal_year, j.quarter, j.variant) > 1
			or count(*) over (partition by j.refusal is null, j.municipality_code, j.request_id) > 1
			-- A need may be told by a report before it in the batch.
			or count(*) over (partition by j.refusal is null, j.municipality_code) > 1 and exists (
				select from renkei_api.references_in_report(p_document[j.item]) r where r.kind = 'need')) as meets
		from judged j
	)
	select array_agg(row(m.item, m.uri, m.request_id, m.validate_only, m.municipality_code, m.fiscal_year, m.quarter, m.variant,
		m.action, m.base_version, m.sha256, case when m.meets then m.item else 0 end, m.refusal, null, false, null)::renkei_api.submission
		order by m.item)
	from met m
	);
end $$;
