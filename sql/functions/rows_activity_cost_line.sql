-- renkei_api.rows_activity_cost_line - cost lines of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_cost_line.
create function renkei_api.rows_activity_cost_line(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_cost_line
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		r.ordinality,
		renkei.word(r.item, 'COST_ITEM_'),
		renkei.word(r.payer, 'PAYER_'),
		renkei.word(r.share, 'COST_SHARE_'),
		nullif(r.partner_code, ''),
		coalesce(r.amount ->> 'currency', r.upper ->> 'currency'),
		case when r.amount is not null then coalesce((r.amount ->> 'minor_units')::bigint, 0) end,
		case when r.upper is not null then coalesce((r.upper ->> 'minor_units')::bigint, 0) end,
		renkei.word(r.accuracy, 'AMOUNT_ACCURACY_'),
		nullif(r.note, ''),
		nullif(r.municipality_code, '')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral rows from (jsonb_to_recordset(v.record -> 'cost_lines') as (item text, payer text, share text, partner_code text, amount jsonb, upper jsonb, accuracy text, note text, municipality_code text)) with ordinality as r
$$;
