-- renkei_api.cooperations - cooperations as read: the registry's record, with what accepted reports say of the type.
-- Takes    conditions, null or empty = all: id, municipality, partner.
-- Returns  proto3 JSON of a list of renkei.v1.Cooperation: by municipality as everywhere, the platform's own last, then by partner.
create function renkei_api.cooperations(p_id text, p_municipality_code text, p_partner_code text) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	records jsonb;
begin
	-- The type of a cooperation is the platform's knowledge once its report is accepted, whoever asks: for this one look.
	perform set_config('renkei.tenant', '*', true);
	records := (
		with history as materialized (
			select e.cooperation_id, jsonb_agg(jsonb_strip_nulls(jsonb_build_object('type', 'COOPERATION_TYPE_' || upper(e.type),
					'effective', renkei.partial_date_json(e.effective), 'reason', e.reason, 'evidence', e.evidence,
					'receipt_number', e.receipt_number)) order by e.place) as entries
			from renkei_api.type_entries(null, false) e group by e.cooperation_id
		)
		select coalesce(jsonb_agg(jsonb_strip_nulls(renkei_api.cooperation_json(c) || jsonb_build_object('type_history', h.entries,
			'current_type', h.entries -> -1 -> 'type')) order by m.kind <> 'prefecture', c.municipality_code, c.partner_code), '[]')
		from renkei.cooperation c
		left join renkei.municipality m on m.municipality_code = c.municipality_code
		left join history h on h.cooperation_id = c.cooperation_id
		where coalesce(p_id, '') in ('', c.cooperation_id) and coalesce(p_partner_code, '') in ('', c.partner_code)
			and (coalesce(p_municipality_code, '') = '' or c.municipality_code::text = p_municipality_code));
	perform set_config('renkei.tenant', own, true);
	return records;
end $$;
