-- renkei_api.list_exports - runs of schedules and the bundles they made, latest data first, each with what was corrected since.
-- Takes    ListExportsRequest.      Returns  ListExportsResponse.      Errors  RK403.
--
-- Of one run alone no corrections are told.  Of a bundle the 50 latest corrections are told with their figures, and how many there are.
create function renkei_api.list_exports(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	one constant timestamptz := (p_request ->> 'due_at')::timestamptz;
begin
	perform renkei_api.require_role('secretariat', 'ministry', 'analyst');
	return (with run as materialized (
			select x.* from renkei.export_run x
			where coalesce(p_request ->> 'schedule', '') in ('', x.name)
				and (coalesce((p_request ->> 'include_all')::boolean, false) or one is not null or x.state = 'done' and x.removed_at is null)
				and (one is null or x.due_at = one)
			order by coalesce(x.as_of, x.due_at) desc, x.due_at desc, x.name limit 1000
		), touched as materialized (
			select c.*, row_number() over (partition by c.name, c.bundle_id order by c.accepted_at desc, c.municipality_code, c.version_id) as place
			from renkei_api.export_corrections(nullif(p_request ->> 'schedule', '')) c where one is null
		), told as materialized (
			-- Bundles of a schedule hold the same versions: each pair of them is compared once.
			select p.old_version_id, p.version_id, p.public_only, p.with_reason, renkei_api.export_correction_json(p.municipality_code, p.fiscal_year, p.quarter, p.variant,
				p.old_version_id, p.version_id, p.accepted_at, p.public_only, p.with_reason) as correction
			from (select distinct t.municipality_code, t.fiscal_year, t.quarter, t.variant, t.old_version_id, t.version_id, t.accepted_at, t.public_only, t.with_reason
				from touched t where t.place <= 50) p
		), corrected as materialized (
			select t.name, t.bundle_id, count(*) as total, jsonb_agg(w.correction order by t.place) filter (where t.place <= 50) as corrections
			from touched t left join told w on w.old_version_id = t.old_version_id and w.version_id = t.version_id and w.public_only = t.public_only and w.with_reason = t.with_reason
			group by t.name, t.bundle_id
		)
		select jsonb_build_object('runs', coalesce(jsonb_agg(renkei_api.export_run_json(row(r.*)::renkei.export_run)
			|| jsonb_strip_nulls(jsonb_build_object('correction_count', c.total, 'corrections', c.corrections)) order by coalesce(r.as_of, r.due_at) desc, r.due_at desc, r.name), '[]'))
		from run r left join corrected c on c.name = r.name and c.bundle_id = r.bundle_id and r.state = 'done' and r.removed_at is null);
end $$;
grant execute on function renkei_api.list_exports to renkei_daemon;
