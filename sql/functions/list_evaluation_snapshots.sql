-- renkei_api.list_evaluation_snapshots - evaluations that were fixed, newest first; drafts for secretariat and ministry alone.
-- Takes    ListEvaluationSnapshotsRequest.      Returns  ListEvaluationSnapshotsResponse.      Errors  RK403.
create function renkei_api.list_evaluation_snapshots(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	return jsonb_build_object('snapshots', (select coalesce(jsonb_agg(renkei_api.snapshot_json(s) order by s.fixed_at desc, s.snapshot_id), '[]')
		from renkei.evaluation_snapshot s
		where (s.state = 'final' or current_setting('renkei.role') in ('secretariat', 'ministry'))
			and coalesce((p_request ->> 'first_fiscal_year')::integer, 0) in (0, s.first_fiscal_year)
			and coalesce((p_request ->> 'last_fiscal_year')::integer, 0) in (0, s.last_fiscal_year)));
end $$;
grant execute on function renkei_api.list_evaluation_snapshots to renkei_daemon;
