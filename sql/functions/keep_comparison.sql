-- renkei_api.keep_comparison - what was found of a version beside the accepted reports before it.
-- Takes    the worker comparisons from begin_work; the municipality and the version, as next_comparison gave them; Comparison as proto3 JSON, with its reports by number and SHA-256.
-- Returns  1 when it was kept; 0 when it was before.      Writes  renkei.report_comparison, comparison_pending.      Errors  RK403.
create function renkei_api.keep_comparison(p_municipality_code text, p_version_id bigint, p_comparison jsonb) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	kept bigint;
begin
	perform renkei_api.require_role('worker_comparisons');
	perform set_config('renkei.tenant', '*', true);
	insert into renkei.report_comparison (municipality_code, version_id, comparison, warning_count, compared_at)
	values (p_municipality_code, p_version_id, p_comparison, coalesce((p_comparison #>> '{verdict,warning_count}')::integer, 0), clock_timestamp())
	on conflict do nothing;
	get diagnostics kept = row_count;
	delete from renkei.comparison_pending p where p.municipality_code::text = p_municipality_code and p.version_id = p_version_id;
	perform set_config('renkei.tenant', own, true);
	return kept;
end $$;
grant execute on function renkei_api.keep_comparison to renkei_daemon;
