-- renkei_api.told_activities - each record of an event as worded last in the versions that count, read from the reports themselves.
-- Takes    the moment, null = now; whether versions not yet accepted count too; municipalities, null = all.
-- Returns  one row a record, of any status and scope.  What is accepted now is also kept, in renkei.counted_activity.
--
-- An activity id that stands in several reports of a municipality is one record.  "Continued" is no later word on an event that was held.
-- What functions give is thought to be few rows, and is many: joined row by row it would take minutes.
create function renkei_api.told_activities(p_as_of timestamptz, p_include_submitted boolean, p_municipality_codes text[] default null)
returns table (municipality_code text, activity_id text, version_id bigint, fiscal_year integer, quarter integer, kind text, status text, scope text,
	occurrences smallint, other text, report_state text)
language plpgsql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off set work_mem = '32MB' as $$
begin
	return query execute $q$
		with told as (
			select a.municipality_code, a.activity_id, a.version_id, case when (a.actual_start).month > 0 then renkei.fiscal_year_of(renkei.first_day(a.actual_start))
					when (a.actual_start).precision = 'fiscal_year' then (a.actual_start).year else k.fiscal_year end::integer as fiscal_year,
				case when (a.actual_start).month > 0 then ((a.actual_start).month + 8) % 12 / 3 + 1 else k.quarter end::integer as quarter,
				a.kind, a.status, a.scope, a.occurrences, a.same_as_municipality_code || '/' || a.same_as_activity_id as other, k.state,
				p.period, max(p.period) over record as last, max(p.period) filter (where a.status is distinct from 'continued') over record as last_other,
				bool_or(a.status = 'held') over record as held
			from renkei_api.counted_versions($1, $2, 2000, 2199, $3) k
			cross join lateral (select (k.fiscal_year * 4 + k.quarter) * 2 + (k.variant = 'regular')::integer as period) p
			join renkei.activity a on a.municipality_code::text = k.municipality_code and a.version_id = k.version_id
				and ($3 is null or a.municipality_code::text = any ($3))
			-- In the order of bytes, which is all the same here, and quick.
			window record as (partition by a.municipality_code collate "C", a.activity_id collate "C")
		)
		select t.municipality_code::text, t.activity_id::text, t.version_id, t.fiscal_year, t.quarter, t.kind::text, t.status::text, t.scope::text, t.occurrences,
			t.other, t.state
		from told t where t.period = case when t.held then t.last_other else t.last end
	$q$ using p_as_of, p_include_submitted, p_municipality_codes;
end $$;
