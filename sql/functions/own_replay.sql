-- renkei_api.own_replay - has this been asked by a municipality before.
-- Takes    the method; the request; its id.
-- Returns  the first answer, or null: then the request id and the report it names are locked for this transaction, in one order.
-- Writes   renkei.request_replay: a repeated answer rests on a commit of its own.
-- Errors   RK406 REQUEST_ID_REUSED.
create function renkei_api.own_replay(p_method text, p_request jsonb, p_id uuid) returns jsonb
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := current_setting('renkei.tenant', true);
	earlier renkei.request;
begin
	perform pg_advisory_xact_lock(k.key) from (select u.key from (values
		(hashtextextended(format('request %s %s', own, p_id), 0)),
		(hashtextextended(format('report %s %s %s %s', own, p_request -> 'period' ->> 'fiscal_year',
			substr(p_request -> 'period' ->> 'quarter', 10),
			coalesce(renkei.word(p_request -> 'period' ->> 'variant', 'VARIANT_'), 'regular')), 0))) as u (key) order by 1) k;
	select q.* into earlier from renkei.request q where q.municipality_code = own and q.request_id = p_id;
	if not found then
		return null;
	elsif earlier.method <> p_method or earlier.principal_uri <> current_setting('renkei.principal')
		or earlier.sha256 <> renkei_api.request_digest(p_request) then
		perform renkei_api.refuse('RK406', 'REQUEST_ID_REUSED', format('request id %s was used for something else', p_id),
			jsonb_build_object('request_id', p_id, 'sha256', encode(earlier.sha256, 'hex')), 'request_id');
	end if;
	insert into renkei.request_replay (municipality_code, request_id, replayed_at) values (own, p_id, clock_timestamp());
	return earlier.answer;
end $$;
