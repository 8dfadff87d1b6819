-- renkei_api.submit_report - one item through renkei_api.submit_reports, for psql and pgbench.
-- Takes    what submit_reports takes, of one report.      Returns  the item's outcome.
create function renkei_api.submit_report(p_uri text, p_spki bytea, p_request_id text, p_validate_only text, p_report bytea,
	p_document jsonb, p_verdict jsonb, p_key_id text, p_on_behalf_of text default null)
returns jsonb
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select s.outcome from renkei_api.submit_reports(array[p_uri], array[p_spki], array[p_request_id], array[p_validate_only],
		array[p_report], array[p_document], array[p_verdict], p_key_id,
		array[p_on_behalf_of]) s
$$;
grant execute on function renkei_api.submit_report to renkei_daemon;
