-- renkei_api.indicator_items_o2 - what the indicators of contributions to Chinese policy and air are made of, of each contribution as worded last.
-- O2.1 cooperations with a contribution that is reflected or more and confirmed by the Chinese side.  O2.2 contributions by level and theme.
-- O2.3 contributions, and of these those that rest on a recorded agreement.  O2.4 contributions with a measured value, base and latest.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_o2(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with told as materialized (
		select distinct on (p.municipality_code, p.contribution_id) p.*, r.fiscal_year, r.receipt_number || '#' || p.contribution_id as ref
		from (select * from unnest(p_source.records) o where o.fiscal_year between p_first and p_last) r
		join renkei.policy_contribution p on p.municipality_code::text = r.municipality_code and p.version_id = r.version_id
		order by p.municipality_code, p.contribution_id, r.turn desc
	)
	select 'O2.1', '', t.fiscal_year, t.municipality_code || '-' || t.partner_code, case when t.confirmed_by_cn = 'yes' then true
		when t.confirmed_by_cn = 'no' then false end, 1, t.ref
	from told t where t.level in ('reflected', 'measure_carried_out', 'improvement_measured') and t.partner_code is not null
	union all
	select 'O2.2', k.key, t.fiscal_year, t.municipality_code || '/' || t.contribution_id, true, 1, t.ref
	from told t cross join lateral (values ('level/' || t.level), ('theme/' || t.theme)) as k (key) where k.key is not null
	union all
	select 'O2.3', '', t.fiscal_year, t.municipality_code || '/' || t.contribution_id, t.agreement is not null or coalesce(c.basis in ('agreement', 'memorandum'), false),
		1, t.ref
	from told t left join renkei.cooperation c on c.municipality_code = t.municipality_code and c.partner_code = t.partner_code
	union all
	select 'O2.4', '', t.fiscal_year, t.municipality_code || '/' || t.contribution_id, true, 1, t.ref
	from told t where exists (select from renkei.environmental_value e where e.municipality_code = t.municipality_code and e.version_id = t.version_id
		and e.contribution_id = t.contribution_id and e.base_value is not null and e.latest_value is not null)
$$;
