-- renkei_api.receipt_json - a version's receipt, as given when it was stored, without statement and signature, as proto3 JSON of renkei.v1.Receipt.
-- Takes    the stored version, and nothing else: so the same version gives the same receipt for ever.
create function renkei_api.receipt_json(p renkei.report_version) returns jsonb
language sql stable parallel safe as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'number', (p).receipt_number,
		'municipality_code', (p).municipality_code,
		'period', renkei_api.period_json((p).fiscal_year, (p).quarter, (p).variant),
		'version', (p).version,
		'sha256', encode((p).sha256, 'hex'),
		'length', (p).length,
		'rule_set_hash', (p).rule_set_hash,
		'warning_count', (p).warning_count,
		'info_count', (p).info_count,
		'received_at', renkei.time_json((p).received_at),
		'due_at', renkei.time_json((p).due_at),
		'timeliness', 'TIMELINESS_' || upper((p).timeliness),
		'late_seconds', (p).late_seconds,
		'key_id', (p).key_id,
		'delegated_by', case when renkei.is_delegate((p).principal_uri) then (p).principal_uri end))
$$;
