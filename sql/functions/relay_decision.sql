-- renkei_api.relay_decision - what an approver of an office without a line sealed, brought by another: done as the approver's own.
-- Takes    release or send_back; ReleaseReportRequest or SendBackReportRequest; the key that signs a receipt; the note {"relayed_by", "sealed_at" (seconds),
--          "head", "body", "signature" (hexadecimal)}.  The seal has been checked; who sealed is asked by begin_call.
-- Returns  RelayDecisionResponse; statement and signature of the receipt are the daemon's.
-- Writes   what release_report and send_back_report do, decision_relay.
-- Errors   those of release_report and send_back_report.
create function renkei_api.relay_decision(p_act text, p_request jsonb, p_key_id text, p_note jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	id uuid;
	known boolean;
	answer jsonb;
begin
	id := renkei_api.request_uuid(p_request);
	-- One that was made over a line is not noted as relayed.
	known := exists (select from renkei.request q where q.municipality_code = own and q.request_id = id);
	answer := case p_act when 'release' then renkei_api.release_report(p_request, p_key_id) when 'send_back' then renkei_api.send_back_report(p_request) end;
	if not known and not coalesce((p_request ->> 'validate_only')::boolean, false) then
		insert into renkei.decision_relay (municipality_code, request_id, principal_uri, sealed_at, head, body, signature)
		values (own, id, p_note ->> 'relayed_by', to_timestamp((p_note ->> 'sealed_at')::bigint), decode(p_note ->> 'head', 'hex'),
			decode(p_note ->> 'body', 'hex'), decode(p_note ->> 'signature', 'hex'))
		on conflict do nothing;
	end if;
	return answer;
end $$;
grant execute on function renkei_api.relay_decision to renkei_daemon;
