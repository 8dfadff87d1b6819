-- renkei_api.list_exports - runs of schedules and the bundles they made, latest data first.
-- Takes    ListExportsRequest.      Returns  ListExportsResponse.      Errors  RK403.
create function renkei_api.list_exports(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('secretariat', 'ministry', 'analyst');
	return (select jsonb_build_object('runs', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('schedule', r.name, 'due_at', renkei.time_json(r.due_at),
			'state', 'EXPORT_RUN_STATE_' || upper(r.state), 'attempt', r.attempt, 'why', r.why, 'retry_at', renkei.time_json(r.retry_at),
			'bundle', case when r.removed_at is null then r.name || '/' || r.bundle_id end, 'as_of', renkei.time_json(r.as_of), 'bytes', r.bytes,
			'files', r.files, 'rows', r.row_count, 'manifest_sha256', r.manifest_sha256)) order by coalesce(r.as_of, r.due_at) desc, r.due_at desc, r.name), '[]'))
		from (select x.* from renkei.export_run x
			where coalesce(p_request ->> 'schedule', '') in ('', x.name)
				and (coalesce((p_request ->> 'include_all')::boolean, false) or x.state = 'done' and x.removed_at is null)
			order by coalesce(x.as_of, x.due_at) desc, x.due_at desc, x.name limit 1000) r);
end $$;
grant execute on function renkei_api.list_exports to renkei_daemon;
