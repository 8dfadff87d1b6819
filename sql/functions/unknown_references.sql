-- renkei_api.unknown_references - the cooperations and needs a report refers to that are not there, as a refusal.
-- Takes    the document of a report.
-- Returns  null when all are there; else a refusal that names the first field and lists all.  A cooperation is one of the registry; a
--          need one of this report or of an earlier one of the municipality that is not withdrawn.
create function renkei_api.unknown_references(p_document jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	code constant text := p_document ->> 'municipality_code';
	year constant integer := (p_document -> 'period' ->> 'fiscal_year')::integer;
	quarter_told constant integer := substr(p_document -> 'period' ->> 'quarter', 10)::integer;
	regular constant boolean := p_document -> 'period' ->> 'variant' is distinct from 'VARIANT_FORECAST';
begin
	return (
	select case (array_agg(r.kind))[1]
		when 'cooperation' then renkei_api.refusal(5, 'COOPERATION_NOT_FOUND',
			format('cooperation %s is not in the registry', (array_agg(r.id))[1]),
			jsonb_build_object('cooperation_id', (array_agg(r.id))[1], 'fields', string_agg(r.field, ' ')), (array_agg(r.field))[1])
		else renkei_api.refusal(5, 'NEED_NOT_FOUND',
			format('need %s is in no report of %s up to this one', (array_agg(r.id))[1], code),
			jsonb_build_object('need_id', (array_agg(r.id))[1], 'fields', string_agg(r.field, ' ')), (array_agg(r.field))[1]) end
	from renkei_api.references_in_report(p_document) r
	where not case r.kind
		when 'cooperation' then exists (select from renkei.cooperation c where c.cooperation_id = r.id)
		-- From the reports as they stand to their needs: "offset 0" keeps the planner from starting at all needs there ever were.
		else exists (select from renkei.report h
			where h.municipality_code::text = code
				and (h.fiscal_year, h.quarter, h.variant = 'regular') < (year, quarter_told, regular)
				and (h.state <> 'withdrawn' and exists (select from renkei.need n where n.municipality_code = h.municipality_code
						and n.version_id = h.latest_version_id and n.need_id::text = r.id offset 0)
					or exists (select from renkei.need n where n.municipality_code = h.municipality_code
						and n.version_id = h.accepted_version_id and n.need_id::text = r.id offset 0))) end
	having count(*) > 0
	);
end $$;
