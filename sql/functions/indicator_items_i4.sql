-- renkei_api.indicator_items_i4 - what the indicators of the time after the programme are made of, of each cooperation as said last in a year.
-- I4.1 cooperations by what is intended.  Of those with an intention I4.2 those with means other than the platform's, I4.4 those where both sides name a
-- benefit of their own.  I4.3 outcomes with a benefit for Japan.  I4.5 is P4.1.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_i4(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with record as materialized (
		select * from unnest(p_source.records) r where r.fiscal_year between p_first and p_last
	), told as materialized (
		select distinct on (i.municipality_code, i.partner_code, r.fiscal_year) i.*, r.fiscal_year, i.municipality_code || '-' || i.partner_code as cooperation_id,
			r.receipt_number || '#intention-' || i.position as ref
		from record r join renkei.intention i on i.municipality_code::text = r.municipality_code and i.version_id = r.version_id
		order by i.municipality_code, i.partner_code, r.fiscal_year, r.turn desc
	)
	select 'I4.1', coalesce(t.kind, 'unknown'), t.fiscal_year, t.cooperation_id, true, 1, t.ref from told t
	union all
	select 'I4.2', '', t.fiscal_year, t.cooperation_id, t.means is not null, 1, t.ref from told t
	union all
	select distinct on (o.municipality_code, o.outcome_id) 'I4.3', '', r.fiscal_year, o.municipality_code || '/' || o.outcome_id, o.benefit_jp = 'yes', 1,
		r.receipt_number || '#' || o.outcome_id
	from record r join renkei.outcome o on o.municipality_code::text = r.municipality_code and o.version_id = r.version_id and o.benefit_jp in ('yes', 'no')
	union all
	select 'I4.4', '', t.fiscal_year, t.cooperation_id, t.benefit_jp is not null and t.benefit_cn is not null, 1, t.ref from told t
$$;
