-- renkei_api.unknown_codes - the codes in a report that the registry does not know, as a refusal.
-- Takes    the document of a report.
-- Returns  null when all are known; else a refusal that names the first field and lists all.
create function renkei_api.unknown_codes(p_document jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
	select renkei_api.refusal(5, case (array_agg(c.system))[1] when 'partner' then 'PARTNER_NOT_FOUND' else 'MUNICIPALITY_NOT_FOUND' end,
		format('%s code %s is not in the registry', (array_agg(c.system))[1], (array_agg(c.code))[1]),
		jsonb_build_object(case (array_agg(c.system))[1] when 'partner' then 'partner_code' else 'municipality_code' end,
			(array_agg(c.code))[1], 'fields', left(string_agg(c.field, ' '), 500)), (array_agg(c.field))[1])
	from renkei_api.codes_in_report(p_document) c
	where not case c.system when 'partner' then exists (select from renkei.partner_government g where g.partner_code::text = c.code)
		else exists (select from renkei.municipality m where m.municipality_code::text = c.code) end
	having count(*) > 0
	);
end $$;
