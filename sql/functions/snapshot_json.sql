-- renkei_api.snapshot_json - a fixed evaluation, without its document, as proto3 JSON of renkei.v1.EvaluationSnapshot.
create function renkei_api.snapshot_json(p renkei.evaluation_snapshot) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('snapshot_id', p.snapshot_id, 'first_fiscal_year', p.first_fiscal_year, 'last_fiscal_year', p.last_fiscal_year,
		'state', 'EVALUATION_STATE_' || upper(p.state), 'as_of', renkei.time_json(p.as_of), 'fixed_at', renkei.time_json(p.fixed_at),
		'fixed_by', p.principal_uri, 'sha256', encode(p.sha256, 'hex'))
$$;
