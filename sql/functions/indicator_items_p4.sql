-- renkei_api.indicator_items_p4 - what the indicators of costs borne by the Chinese side are made of.
-- P4.1 cooperations, and of these those with a cost that the Chinese side paid.  P4.2 the governments concerned.  P4.3 what they paid, by item.
-- P4.4 amounts, each currency apart.  P4.5 the first year of it, and how deep that cooperation was then.  P4.6 events, and of these those of which
-- nobody knows who paid.  A fact without a year leaves the whole time open.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_p4(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with event as materialized (
		select * from unnest(p_source.events) e where e.fiscal_year between p_first and p_last
	), line as materialized (
		select e.event, e.fiscal_year, e.municipalities, case when l.partner_code is not null then array[l.partner_code::text] else e.partners end as partners,
			l.payer::text as payer, l.share::text as share, l.item::text as item, l.currency::text as currency, l.minor_units, e.refs[1] as ref,
			e.event || '/' || l.position as line
		from event e join renkei.activity_cost_line l on l.municipality_code::text = e.municipality_code and l.version_id = e.version_id
			and l.activity_id::text = e.activity_id
		union all
		select null, r.fiscal_year, array[r.municipality_code], array_remove(array[l.partner_code::text], null), l.payer, l.share, l.item, l.currency,
			l.minor_units, r.receipt_number || '#cost-' || l.position, r.receipt_number || '/' || l.position
		from (select * from unnest(p_source.records) o where o.fiscal_year between p_first and p_last) r
		join renkei.report_cost_line l on l.municipality_code::text = r.municipality_code and l.version_id = r.version_id
		union all
		select null, f.fiscal_year, array(select m.municipality_code::text from renkei.programme_fact_municipality m where m.fact_id = f.fact_id),
			array(select g.partner_code::text from renkei.programme_fact_partner g where g.fact_id = f.fact_id), f.payer, null, f.cost_item, f.currency,
			f.minor_units, 'fact:' || f.fact_id, 'fact:' || f.fact_id
		from renkei.programme_fact f where f.kind = 'cost' and f.scope = 'programme' and f.status in ('held', 'reported') and f.same_as_fact_id is null
			and f.same_as_activity_id is null and coalesce(f.fiscal_year between p_first and p_last, true)
	), theirs as materialized (
		select l.* from line l where l.payer in ('cn_local', 'cn_national') and l.share is distinct from 'none'
	), met as materialized (
		select t.line, m.code as municipality_code, g.code as partner_code
		from theirs t cross join lateral unnest(t.municipalities) as m (code) cross join lateral unnest(t.partners) as g (code)
	), borne as materialized (
		select l.*, c.cooperation_id from theirs l
		left join (select w.line, k.cooperation_id from met w
			join renkei.cooperation k on k.municipality_code::text = w.municipality_code and k.partner_code::text = w.partner_code) c on c.line = l.line
	), first_borne as (
		select distinct on (b.cooperation_id, b.fiscal_year) b.cooperation_id, b.fiscal_year, b.ref from borne b
		order by b.cooperation_id, b.fiscal_year, b.line
	)
	select 'P4.1', '', y.year, c.cooperation_id, b.ref is not null, 1, coalesce(b.ref, 'registry:' || c.cooperation_id)
	from renkei.cooperation c cross join generate_series(p_first, p_last) as y (year)
	left join first_borne b on b.cooperation_id = c.cooperation_id and b.fiscal_year = y.year
	where c.municipality_code is not null and c.partner_code is not null
		and coalesce(renkei.first_day(c.status_since), '-infinity') <= make_date(y.year + 1, 3, 31)
	union all
	select 'P4.1', '', null, b.cooperation_id, true, 1, b.ref from borne b where b.fiscal_year is null and b.cooperation_id is not null
	union all
	select 'P4.2', '', b.fiscal_year, g.code, true, 1, b.ref from borne b cross join unnest(b.partners) as g (code)
	union all
	select 'P4.3', coalesce(b.item, 'other'), b.fiscal_year, b.line, true, 1, b.ref from borne b
	union all
	select 'P4.4', b.currency, b.fiscal_year, b.line, true, case b.currency when 'CNY' then b.minor_units / 100.0 else b.minor_units end, b.ref
	from borne b where b.currency is not null
	union all
	select 'P4.5', k.key, b.fiscal_year, k.key || b.cooperation_id, true, k.amount, b.ref
	from (select o.* from borne o where o.fiscal_year is not null and o.cooperation_id is not null
		order by o.fiscal_year, o.cooperation_id, o.line limit 1) b
	left join renkei_api.cooperation_levels(p_source, p_as_of, p_newest, p_first, p_last) v on v.cooperation_id = b.cooperation_id and v.fiscal_year = b.fiscal_year
	cross join lateral (values ('', b.fiscal_year), ('level', v.level)) as k (key, amount)
	union all
	select 'P4.6', '', e.fiscal_year, e.event, k.event is null, 1, e.refs[1]
	from event e left join (select distinct l.event from line l where l.payer <> 'unknown') k on k.event = e.event where e.municipality_code is not null
$$;
