-- renkei_api.type_entries - the dated types of cooperations: what the registry knows and what counted reports say.
-- Takes    the moment, null = now; whether versions not yet accepted count too.
-- Returns  one row an entry; place numbers them within a cooperation, oldest first.  An unknown date stands first.
create function renkei_api.type_entries(p_as_of timestamptz, p_include_submitted boolean)
returns table (cooperation_id text, municipality_code text, partner_code text, place bigint, type text, effective renkei.partial_date,
	reason text, evidence text, receipt_number text)
language sql stable set search_path = pg_catalog, pg_temp as $$
	with entry as (
		select c.cooperation_id, c.municipality_code::text as municipality_code, c.partner_code::text as partner_code,
			h.type::text as type, h.effective, h.reason, h.evidence, null as receipt_number, h.recorded_at, h.entry::bigint as entry
		from renkei.type_history h join renkei.cooperation c on c.cooperation_id = h.cooperation_id
		where p_as_of is null or h.recorded_at <= p_as_of
		union all
		select t.municipality_code || '-' || t.partner_code, t.municipality_code, t.partner_code, t.new_type, t.effective, t.reason,
			t.evidence, v.receipt_number, v.received_at, t.position
		from renkei_api.counted_versions(p_as_of, p_include_submitted, 2000, 2199) k
		join renkei.type_change t on t.municipality_code = k.municipality_code and t.version_id = k.version_id
		join renkei.report_version v on v.municipality_code = t.municipality_code and v.version_id = t.version_id
	)
	select e.cooperation_id, e.municipality_code, e.partner_code, row_number() over (partition by e.cooperation_id
		order by renkei.first_day(e.effective) nulls first, e.recorded_at, e.entry), e.type, e.effective, e.reason, e.evidence, e.receipt_number
	from entry e
$$;
