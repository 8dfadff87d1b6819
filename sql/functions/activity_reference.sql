-- renkei_api.activity_reference - which activity is meant, as proto3 JSON of renkei.v1.ActivityReference without its values.
-- Takes    the record; the state of the report it stands in.      Returns  null when the transaction may not see it.
create function renkei_api.activity_reference(p_municipality_code text, p_version_id bigint, p_activity_id text, p_report_state text) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('municipality_code', a.municipality_code,
		'activity_id', a.activity_id, 'receipt_number', v.receipt_number, 'title', a.title,
		'kind', 'ACTIVITY_KIND_' || upper(a.kind), 'actual_start', renkei.partial_date_json(a.actual_start),
		'report_state', 'REPORT_STATE_' || upper(p_report_state)))
	from renkei.activity a
	join renkei.report_version v on v.municipality_code = a.municipality_code and v.version_id = a.version_id
	where a.municipality_code = p_municipality_code and a.version_id = p_version_id and a.activity_id = p_activity_id
$$;
