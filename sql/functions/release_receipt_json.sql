-- renkei_api.release_receipt_json - the receipt of a release without statement and signature, as proto3 JSON of renkei.v1.Receipt.
-- Takes    the stored version and its release, and nothing else: so the same release gives the same receipt for ever.
create function renkei_api.release_receipt_json(p renkei.report_version, p_release renkei.report_release) returns jsonb
language sql stable parallel safe as $$
	select renkei_api.receipt_json(p) - 'due_at' || jsonb_strip_nulls(jsonb_build_object(
		'due_at', renkei.time_json((p_release).due_at),
		'timeliness', 'TIMELINESS_' || upper((p_release).timeliness),
		'late_seconds', (p_release).late_seconds,
		'key_id', (p_release).key_id,
		'released_at', renkei.time_json((p_release).released_at)))
$$;
