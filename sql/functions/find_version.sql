-- renkei_api.find_version - the version of a report that a request names.
-- Takes    a request with municipality_code, period and version (0 = the latest), or with receipt_number; with as_of as it was at that moment.  Outside of the house there is no
--          version that was not released.  The latest one in the house is what awaits its release or was sent back, else what was submitted last.
-- Returns  the version.
-- Errors   RK400 AS_OF_FUTURE; RK404 REPORT_NOT_FOUND, RECEIPT_NOT_FOUND; the same for what is not there and for what the caller may not see.
create function renkei_api.find_version(p_request jsonb) returns renkei.report_version
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	found_version renkei.report_version;
	receipt constant text := coalesce(p_request ->> 'receipt_number', '');
	part constant text[] := regexp_match(receipt, '^([0-9]{6})-([0-9]{4})Q([1-4])(F?)-([0-9]{1,4})$');
	wanted constant integer := coalesce((p_request ->> 'version')::integer, 0);
	inside constant boolean := renkei_api.in_the_house();
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
begin
	if receipt <> '' then
		select v.* into found_version from renkei.report_version v
		where v.municipality_code::text = part[1] and v.fiscal_year = part[2]::integer and v.quarter = part[3]::integer
			and v.variant::text = case part[4] when 'F' then 'forecast' else 'regular' end and v.version = part[5]::integer
			and v.version > 0 and v.receipt_number = receipt;
	else
		select v.* into found_version
		from (select p_request ->> 'municipality_code', (p_request -> 'period' ->> 'fiscal_year')::integer,
				substring(p_request -> 'period' ->> 'quarter' from '^QUARTER_Q([1-4])$')::integer,
				coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular')) as a (code, year, quarter, variant)
		left join renkei.report h on h.municipality_code::text = a.code and h.fiscal_year = a.year and h.quarter = a.quarter
			and h.variant::text = a.variant
		left join renkei.preparation p on p.municipality_code::text = a.code and p.fiscal_year = a.year and p.quarter = a.quarter
			and p.variant::text = a.variant and inside
		left join lateral (select renkei_api.latest_at(a.code, a.year, a.quarter, a.variant, as_of) where as_of is not null) as past (version) on true
		join renkei.report_version v on v.municipality_code::text = a.code and v.fiscal_year = a.year and v.quarter = a.quarter
			and v.variant::text = a.variant and v.version > 0
			and v.version = case when wanted > 0 then wanted when as_of is not null then past.version
				when h.latest_version is null or p.state in ('awaiting_release', 'sent_back') then p.version else h.latest_version end;
	end if;
	if not inside and found_version.version is not null and not renkei_api.is_released(found_version) then
		found_version := null;
	end if;
	if as_of is not null and not renkei_api.was_known(found_version, as_of) then
		found_version := null;
	end if;
	if found_version.version is null and receipt <> '' then
		perform renkei_api.refuse('RK404', 'RECEIPT_NOT_FOUND', 'there is no such receipt', jsonb_build_object('receipt_number', left(receipt, 40)));
	elsif found_version.version is null then
		perform renkei_api.refuse('RK404', 'REPORT_NOT_FOUND', 'there is no such report', jsonb_build_object(
			'municipality_code', left(p_request ->> 'municipality_code', 6),
			'period', renkei.period_tag((p_request -> 'period' ->> 'fiscal_year')::integer,
				nullif(substr(p_request -> 'period' ->> 'quarter', 10), 'ECIFIED')::integer,
				coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular')),
			'version', nullif(wanted, 0)::text));
	end if;
	return found_version;
end $$;
