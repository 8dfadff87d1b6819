-- renkei_api.submit_reports - store versions of many reports; each item is judged by itself.
-- Takes    element by element: the certificate's identity and the SHA-256 of its key, the request id, 't' to write nothing, the
--          exact bytes of the field report, the same report and the verdict on it as proto3 JSON; the key that signs the receipts;
--          element by element again the municipality that the secretariat submits for (代理提出), empty = the caller's own; and of what was sealed
--          and relayed {"relayed_by", "sealed_at" (seconds), "head", "signature" (hexadecimal)}, else null.  The seal has been checked.
-- Returns  one row an item, in order: {"receipt": ..., "replayed": bool}, {"refusal": ...} or {"valid": true}.
-- Writes   renkei.report_version, report, report_transition, report_relay, request, request_replay and the tables of content.
-- Errors   none for what an item can have wrong.  Anything raised is unforeseen and undoes the whole batch.
--
-- Reports and request ids are locked first, all of them and in one order, so that two batches cannot wait for each other.  Items
-- that meet in one report or one request id then go one round after the other; a batch without such a meeting is one round.
--
-- Planning some thirty statements costs more than running them, so they keep one plan.  It walks from the items through indexes,
-- whatever the planner believes of tables that were empty when it looked; remembering rows of documents costs more than it saves.
create function renkei_api.submit_reports(p_uri text[], p_spki bytea[], p_request_id text[], p_validate_only text[],
	p_report bytea[], p_document jsonb[], p_verdict jsonb[], p_key_id text, p_on_behalf_of text[] default null, p_relay jsonb[] default null)
returns table (item integer, outcome jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp set jit = off set plan_cache_mode = force_generic_plan
	set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_memoize = off as $$
#variable_conflict use_column
declare
	items renkei_api.submission[];
	rounds integer[];
	this_round integer;
begin
	perform set_config('renkei.principal', (select string_agg(distinct u, ' ') from unnest(p_uri) u), true),
		set_config('renkei.role', 'municipality', true);
	items := renkei_api.submissions_read(p_uri, p_spki, p_request_id, p_validate_only, p_report, p_document, p_on_behalf_of);
	perform set_config('renkei.tenant', coalesce((select string_agg(distinct i.municipality_code, ',') from unnest(items) i
		where i.refusal is null), ''), true);

	perform pg_advisory_xact_lock(k.key)
	from (select distinct u.key from unnest(items) i cross join lateral (values
			(hashtextextended(format('report %s %s %s %s', i.municipality_code, i.fiscal_year, i.quarter, i.variant), 0)),
			(hashtextextended(format('request %s %s', i.municipality_code, i.request_id), 0))) as u (key)
		where i.refusal is null order by 1) k;

	select array_agg(distinct i.round order by i.round) into rounds from unnest(items) i where i.refusal is null;
	foreach this_round in array coalesce(rounds, '{}') loop
		items := renkei_api.submissions_judge(items, this_round, p_document);
		items := renkei_api.submissions_store(items, this_round, p_report, p_document, p_verdict, p_key_id);
	end loop;
	if 'object' = any (select jsonb_typeof(r) from unnest(p_relay) r) then
		insert into renkei.report_relay (municipality_code, version_id, principal_uri, sealed_at, head, signature)
		select i.municipality_code, i.version_id, p_relay[i.item] ->> 'relayed_by', to_timestamp((p_relay[i.item] ->> 'sealed_at')::bigint),
			decode(p_relay[i.item] ->> 'head', 'hex'), decode(p_relay[i.item] ->> 'signature', 'hex')
		from unnest(items) i where i.refusal is null and i.version_id is not null and not coalesce(i.replayed, false)
			and jsonb_typeof(p_relay[i.item]) = 'object';
	end if;
	insert into renkei.request_replay (municipality_code, request_id, replayed_at)
	select i.municipality_code, i.request_id, clock_timestamp() from unnest(items) i where i.replayed;

	return query
	select i.item, case
		when i.refusal is not null then jsonb_build_object('refusal', i.refusal)
		when i.version_id is null then '{"valid": true}'
		else jsonb_build_object('receipt', coalesce(i.receipt, (select renkei_api.receipt_json(v) from renkei.report_version v
			where v.municipality_code = i.municipality_code and v.version_id = i.version_id)), 'replayed', coalesce(i.replayed, false)) end
	from unnest(items) i order by i.item;
end $$;
grant execute on function renkei_api.submit_reports to renkei_daemon;
