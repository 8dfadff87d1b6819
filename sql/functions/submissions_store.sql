-- renkei_api.submissions_store - write the versions of one round with all they contain.
-- Takes    all items; the round, whose items to store are judged, each for another report; the arrays of the batch.
-- Returns  the items, the stored ones with their version and its receipt.
-- Writes   renkei.report_version, report, report_transition, preparation, preparation_step, notice, request and the tables of content.
--
-- A version of a municipality that wants a release (決裁) is stored as any other and prepared: renkei.report does not learn of it.
--
-- One statement writes what stands once for each version, so that nothing is looked up again that was just put in.
create function renkei_api.submissions_store(p_items renkei_api.submission[], p_round integer,
	p_report bytea[], p_document jsonb[], p_verdict jsonb[], p_key_id text)
returns renkei_api.submission[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment timestamptz := clock_timestamp();
	chosen renkei_api.submission[];
	codes renkei.lg_code[];
	versions bigint[];
	documents jsonb[];
	receipts jsonb[];
	places integer[];
begin
	chosen := array(select i from unnest(p_items) i
		where i.round = p_round and i.refusal is null and not i.validate_only and i.version_id is null order by i.item);
	if cardinality(chosen) = 0 then
		return p_items;
	end if;
	places := array(select i.item from unnest(chosen) i order by i.item);
	versions := array(select nextval('renkei.report_version_number') from generate_subscripts(chosen, 1) order by 1);
	documents := array(select p_document[i.item] from unnest(chosen) i order by i.item);
	with numbered as materialized (
		select i.item, i.municipality_code::renkei.lg_code as municipality_code, versions[i.place] as version_id,
			i.fiscal_year, i.quarter, i.variant, i.base_version, i.request_id, i.uri, i.action, i.sha256,
			documents[i.place] as document, p_verdict[i.item] as verdict, p_report[i.item] as report, m.release_required as waits
		from unnest(chosen) with ordinality as i (item, uri, request_id, validate_only, municipality_code, fiscal_year, quarter, variant,
			action, base_version, sha256, round, refusal, version_id, replayed, receipt, place)
		join renkei.municipality m on m.municipality_code = i.municipality_code
	), stored as (
		insert into renkei.report_version as v (municipality_code, version_id, fiscal_year, quarter, variant, version, receipt_number,
			request_id, principal_uri, action, base_version, change_reason, nil, comments, activity_count, outcome_count, report, sha256,
			length, verdict, rule_set_hash, warning_count, info_count, received_at, due_at, timeliness, late_seconds, key_id,
			deadline_entry, extension_number)
		select n.municipality_code, n.version_id, n.fiscal_year, n.quarter, n.variant, l.number,
			n.municipality_code || '-' || renkei.period_tag(n.fiscal_year, n.quarter, n.variant) || '-' || l.number,
			n.request_id, n.uri, n.action, n.base_version, nullif(n.document ->> 'change_reason', ''),
			coalesce((n.document ->> 'nil')::boolean, false), nullif(n.document ->> 'comments', ''),
			coalesce(jsonb_array_length(n.document -> 'activities'), 0), coalesce(jsonb_array_length(n.document -> 'outcomes'), 0),
			n.report, n.sha256, octet_length(n.report), n.verdict,
			coalesce(n.verdict ->> 'rule_set_hash', ''), coalesce((n.verdict ->> 'warning_count')::integer, 0),
			coalesce((n.verdict ->> 'info_count')::integer, 0), r.received_at, d.due_at,
			case when n.waits then 'awaiting_release' when d.due_at is null then 'no_deadline' when l.seconds > 0 then 'late' else 'on_time' end,
			case when n.waits then 0 else greatest(l.seconds, 0) end, p_key_id, t.deadline_entry, d.extension_number
		from numbered n
		join renkei.reporting_period t on t.fiscal_year = n.fiscal_year and t.quarter = n.quarter and t.variant = n.variant
		left join renkei.report h on h.municipality_code = n.municipality_code and h.fiscal_year = n.fiscal_year
			and h.quarter = n.quarter and h.variant = n.variant
		left join renkei.preparation p on p.municipality_code = n.municipality_code and p.fiscal_year = n.fiscal_year
			and p.quarter = n.quarter and p.variant = n.variant
		cross join lateral renkei_api.deadline_of(n.municipality_code, t) d
		cross join lateral (select greatest(moment, h.changed_at + interval '1 microsecond', p.changed_at + interval '1 microsecond')) as r (received_at)
		cross join lateral (select coalesce(ceil(extract(epoch from date_trunc('second', r.received_at) - d.due_at)), 0)::bigint,
			greatest(h.latest_version, p.version, 0) + 1) as l (seconds, number)
		returning v.municipality_code, v.version_id, v.fiscal_year, v.quarter, v.variant, v.version, v.request_id, v.principal_uri, v.nil,
			v.activity_count, v.sha256, v.received_at, v.timeliness, v.late_seconds, renkei_api.receipt_json(v) as receipt
	), first as (
		insert into renkei.report (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil,
			received_at, timeliness, late_seconds, activity_count, changed_at)
		select s.municipality_code, s.fiscal_year, s.quarter, s.variant, 'submitted', s.version, s.version_id, s.nil,
			s.received_at, s.timeliness, s.late_seconds, s.activity_count, s.received_at
		from stored s where s.timeliness <> 'awaiting_release' and (s.version = 1 or not exists (select from renkei.report h
			where h.municipality_code = s.municipality_code and h.fiscal_year = s.fiscal_year and h.quarter = s.quarter and h.variant = s.variant))
	), next as (
		update renkei.report h set state = 'submitted', latest_version = s.version, latest_version_id = s.version_id, nil = s.nil,
			received_at = s.received_at, timeliness = s.timeliness, late_seconds = s.late_seconds,
			activity_count = s.activity_count, changed_at = s.received_at
		from stored s
		where s.timeliness <> 'awaiting_release' and s.version > 1 and h.municipality_code = s.municipality_code and h.fiscal_year = s.fiscal_year
			and h.quarter = s.quarter and h.variant = s.variant
	), step as (
		insert into renkei.report_transition (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at,
			principal_uri)
		select s.municipality_code, s.fiscal_year, s.quarter, s.variant, case when s.version = 1 then 1 else 1 + (
				select coalesce(max(t.step), 0) from renkei.report_transition t where t.municipality_code = s.municipality_code
				and t.fiscal_year = s.fiscal_year and t.quarter = s.quarter and t.variant = s.variant) end,
			s.version, s.version_id, 'submitted', s.received_at, s.principal_uri
		from stored s where s.timeliness <> 'awaiting_release'
	), prepared as (
		insert into renkei.preparation as p (municipality_code, fiscal_year, quarter, variant, state, version, version_id, changed_at)
		select s.municipality_code, s.fiscal_year, s.quarter, s.variant, 'awaiting_release', s.version, s.version_id, s.received_at
		from stored s where s.timeliness = 'awaiting_release'
		on conflict on constraint preparation_pk do update set state = excluded.state, version = excluded.version,
			version_id = excluded.version_id, changed_at = excluded.changed_at
		returning p.municipality_code, p.fiscal_year, p.quarter, p.variant, p.version, p.version_id, p.state, p.changed_at
	), superseded as (
		update renkei.preparation p set state = 'superseded', changed_at = s.received_at
		from stored s
		where s.timeliness <> 'awaiting_release' and s.version > 1 and p.municipality_code = s.municipality_code
			and p.fiscal_year = s.fiscal_year and p.quarter = s.quarter and p.variant = s.variant
			and p.state in ('awaiting_release', 'sent_back')
		returning p.municipality_code, p.fiscal_year, p.quarter, p.variant, p.version, p.version_id, p.state, p.changed_at
	), house_step as (
		insert into renkei.preparation_step (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at,
			principal_uri)
		select c.municipality_code, c.fiscal_year, c.quarter, c.variant, 1 + coalesce((
				select max(t.step) from renkei.preparation_step t where t.municipality_code = c.municipality_code
				and t.fiscal_year = c.fiscal_year and t.quarter = c.quarter and t.variant = c.variant), 0),
			c.version, c.version_id, c.state, c.changed_at, s.principal_uri
		from (select * from prepared union all select * from superseded) c
		join stored s on s.municipality_code = c.municipality_code and s.fiscal_year = c.fiscal_year and s.quarter = c.quarter
			and s.variant = c.variant
	), told as (
		insert into renkei.notice (municipality_code, topic, version_id, noticed_at)
		select s.municipality_code, t.topic, s.version_id, s.received_at
		from stored s cross join lateral (values ('confirmation', renkei.is_delegate(s.principal_uri)),
			('release', s.timeliness = 'awaiting_release')) as t (topic, wanted)
		where t.wanted
	), asked as (
		insert into renkei.request (municipality_code, request_id, principal_uri, method, sha256, version_id, received_at)
		select s.municipality_code, s.request_id, s.principal_uri, 'submit', s.sha256, s.version_id, moment from stored s
	)
	select array_agg(s.municipality_code order by s.version_id), array_agg(s.receipt order by s.version_id) into codes, receipts from stored s;
	perform renkei_api.content_store(codes, versions, documents);
	return array(select row(i.item, i.uri, i.request_id, i.validate_only, i.municipality_code, i.fiscal_year, i.quarter, i.variant, i.action,
		i.base_version, i.sha256, i.round, i.refusal, coalesce(versions[c.place], i.version_id), i.replayed,
		coalesce(receipts[c.place], i.receipt))::renkei_api.submission
		from unnest(p_items) i cross join lateral (select array_position(places, i.item)) as c (place)
		order by i.item);
end $$;
