-- renkei_api.export_run_json - ExportRun as proto3 JSON, without what was corrected since.
create function renkei_api.export_run_json(p renkei.export_run) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('schedule', p.name, 'due_at', renkei.time_json(p.due_at), 'state', 'EXPORT_RUN_STATE_' || upper(p.state),
		'attempt', p.attempt, 'why', p.why, 'reason', p.reason, 'retry_at', renkei.time_json(p.retry_at), 'bundle', case when p.removed_at is null then p.name || '/' || p.bundle_id end,
		'as_of', case when p.state = 'done' or p.ordered_by is not null then renkei.time_json(p.as_of) end, 'bytes', p.bytes, 'files', p.files, 'rows', p.row_count,
		'manifest_sha256', p.manifest_sha256, 'since', case when p.state = 'done' then p.base_id end, 'ordered', p.ordered_by is not null))
$$;
