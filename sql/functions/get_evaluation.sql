-- renkei_api.get_evaluation - the evaluation of some years as a document, made from what is known now or was at a moment.
-- Takes    GetEvaluationRequest.
-- Returns  GetEvaluationResponse; a draft.  Reports and types of cooperations follow the moment; the registry's other records are as they are.
-- Errors   RK400 YEARS_SWAPPED, ARGUMENT_INVALID; RK403.
create function renkei_api.get_evaluation(p_request jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('secretariat', 'ministry');
	return jsonb_build_object('document', renkei_api.evaluation_document(p_request, current_setting('renkei.role') <> 'secretariat'));
end $$;
grant execute on function renkei_api.get_evaluation to renkei_daemon;
