-- renkei_api.get_evaluation_snapshot - an evaluation exactly as it was fixed, and as the caller may read it; a draft for secretariat and ministry alone.
-- Takes    GetEvaluationSnapshotRequest.      Returns  GetEvaluationSnapshotResponse.      Errors  RK404 SNAPSHOT_NOT_FOUND; RK403.
create function renkei_api.get_evaluation_snapshot(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	kept renkei.evaluation_snapshot;
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry', 'analyst');
	select s.* into kept from renkei.evaluation_snapshot s where s.snapshot_id = p_request ->> 'snapshot_id'
		and (s.state = 'final' or current_setting('renkei.role') in ('secretariat', 'ministry'));
	if not found then
		perform renkei_api.refuse('RK404', 'SNAPSHOT_NOT_FOUND', format('there is no evaluation %s', p_request ->> 'snapshot_id'),
			jsonb_build_object('snapshot_id', left(coalesce(p_request ->> 'snapshot_id', ''), 40)), 'snapshot_id');
	end if;
	return jsonb_build_object('snapshot', renkei_api.snapshot_json(kept), 'document', renkei_api.document_for_reader(kept.document));
end $$;
grant execute on function renkei_api.get_evaluation_snapshot to renkei_daemon;
