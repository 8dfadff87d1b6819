-- renkei_api.indicator_items_i3 - what the indicators of joint research and model projects are made of, of each project as worded last, in each year it runs.
-- Of the projects I3.1 those with user, use, pathway, pollutant and indicator; I3.2 those with a result report; I3.3 those with a contribution to policy;
-- I3.4 those with an expected reduction.  A project that only a fact tells of leaves them open.
-- Takes    what was gathered (renkei_api.evaluation_source); the moment, null = now; whether versions not yet accepted count too; the range of fiscal years.
-- Returns  as renkei_api.indicator_items.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.indicator_items_i3(p_source renkei.evaluation_source, p_as_of timestamptz, p_newest boolean, p_first integer, p_last integer)
returns table (indicator_id text, key text, fiscal_year integer, item text, counts boolean, amount numeric, ref text)
language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
	with told as materialized (
		select distinct on (j.municipality_code, j.project_id) j.*, r.fiscal_year as reported, r.receipt_number || '#' || j.project_id as ref
		from (select * from unnest(p_source.records) o where o.fiscal_year between p_first and p_last) r
		join renkei.project j on j.municipality_code::text = r.municipality_code and j.version_id = r.version_id and j.status is distinct from 'planned'
		order by j.municipality_code, j.project_id, r.turn desc
	), used as materialized (
		select distinct c.municipality_code, c.project_id from unnest(p_source.records) r
		join renkei.policy_contribution_project c on c.municipality_code::text = r.municipality_code and c.version_id = r.version_id
		where r.fiscal_year between p_first and p_last
	), year as (
		select t.municipality_code || '/' || t.project_id as item, y.year, t.ref, k.*
		from told t left join used u on u.municipality_code = t.municipality_code and u.project_id = t.project_id
		cross join lateral generate_series(greatest(coalesce(renkei.fiscal_year_of(renkei.last_day(t.began)), t.reported), p_first),
			least(coalesce(renkei.fiscal_year_of(renkei.first_day(t.ended)), greatest(t.reported, p_last)), p_last)) as y (year)
		cross join lateral (values
			('I3.1', t.intended_user is not null and t.use_in_policy is not null and t.pathway in ('direct', 'indirect') and t.pollutant is not null
				and t.indicator is not null),
			('I3.2', t.result_report is not null),
			('I3.3', u.project_id is not null),
			('I3.4', t.reduction_tonnes_per_year is not null or t.reduction_text is not null)) as k (indicator_id, holds)
	)
	select y.indicator_id, '', y.year, y.item, y.holds, 1, y.ref from year y
	union all
	select k.id, '', f.fiscal_year, 'fact:' || f.fact_id, null, 1, 'fact:' || f.fact_id
	from renkei.programme_fact f cross join unnest(array['I3.1', 'I3.2', 'I3.3', 'I3.4']) as k (id)
	where f.kind = 'project' and f.scope = 'programme' and f.status = 'ongoing' and f.same_as_fact_id is null and f.same_as_activity_id is null
		and f.fiscal_year between p_first and p_last
$$;
