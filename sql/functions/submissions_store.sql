-- renkei_api.submissions_store - write the versions of one round with all they contain.
-- Takes    all items; those to store, judged, each for another report; the arrays of the batch.
-- Returns  the items, the stored ones with their version.
-- Writes   renkei.report_version, report, report_transition, request and the tables of content.
create function renkei_api.submissions_store(p_items renkei_api.submission[], p_stored renkei_api.submission[],
	p_report bytea[], p_document jsonb[], p_verdict jsonb[], p_key_id text)
returns renkei_api.submission[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	moment timestamptz := clock_timestamp();
	numbered renkei_api.submission[];
	codes renkei.lg_code[];
	versions bigint[];
	documents jsonb[];
begin
	numbered := array(select row(i.item, i.uri, i.request_id, i.validate_only, i.municipality_code, i.fiscal_year, i.quarter, i.variant,
		i.action, i.base_version, i.sha256, i.round, i.refusal, nextval('renkei.report_version_number'), false)::renkei_api.submission
		from unnest(p_stored) i);

	insert into renkei.report_version (municipality_code, version_id, fiscal_year, quarter, variant, version, receipt_number,
		request_id, principal_uri, action, base_version, change_reason, nil, comments, activity_count, outcome_count, report, sha256,
		length, verdict, rule_set_hash, warning_count, info_count, received_at, due_at, timeliness, late_seconds, key_id)
	select i.municipality_code, i.version_id, i.fiscal_year, i.quarter, i.variant, i.base_version + 1,
		i.municipality_code || '-' || renkei.period_tag(i.fiscal_year, i.quarter, i.variant) || '-' || i.base_version + 1,
		i.request_id, i.uri, i.action, i.base_version, nullif(d.document ->> 'change_reason', ''),
		coalesce((d.document ->> 'nil')::boolean, false), nullif(d.document ->> 'comments', ''),
		coalesce(jsonb_array_length(d.document -> 'activities'), 0), coalesce(jsonb_array_length(d.document -> 'outcomes'), 0),
		p_report[i.item], i.sha256, octet_length(p_report[i.item]), p_verdict[i.item],
		coalesce(p_verdict[i.item] ->> 'rule_set_hash', ''), coalesce((p_verdict[i.item] ->> 'warning_count')::integer, 0),
		coalesce((p_verdict[i.item] ->> 'info_count')::integer, 0), r.received_at, t.due_at,
		case when t.due_at is null then 'no_deadline' when l.seconds > 0 then 'late' else 'on_time' end,
		greatest(l.seconds, 0), p_key_id
	from unnest(numbered) i
	cross join lateral (select p_document[i.item]) as d (document)
	join renkei.reporting_period t on t.fiscal_year = i.fiscal_year and t.quarter = i.quarter and t.variant = i.variant
	left join renkei.report h on h.municipality_code = i.municipality_code and h.fiscal_year = i.fiscal_year
		and h.quarter = i.quarter and h.variant = i.variant
	cross join lateral (select greatest(moment, h.changed_at + interval '1 microsecond')) as r (received_at)
	cross join lateral (select coalesce(ceil(extract(epoch from date_trunc('second', r.received_at) - t.due_at)), 0)::bigint) as l (seconds);

	insert into renkei.report (municipality_code, fiscal_year, quarter, variant, state, latest_version, latest_version_id, nil,
		received_at, timeliness, late_seconds, activity_count, changed_at)
	select v.municipality_code, v.fiscal_year, v.quarter, v.variant, 'submitted', v.version, v.version_id, v.nil,
		v.received_at, v.timeliness, v.late_seconds, v.activity_count, v.received_at
	from unnest(numbered) i
	join renkei.report_version v on v.municipality_code = i.municipality_code and v.version_id = i.version_id
	where i.base_version = 0;
	if exists (select from unnest(numbered) i where i.base_version > 0) then
		update renkei.report h set state = 'submitted', latest_version = v.version, latest_version_id = v.version_id, nil = v.nil,
			received_at = v.received_at, timeliness = v.timeliness, late_seconds = v.late_seconds,
			activity_count = v.activity_count, changed_at = v.received_at
		from unnest(numbered) i
		join renkei.report_version v on v.municipality_code = i.municipality_code and v.version_id = i.version_id
		where i.base_version > 0 and h.municipality_code = v.municipality_code and h.fiscal_year = v.fiscal_year
			and h.quarter = v.quarter and h.variant = v.variant;
	end if;
	insert into renkei.report_transition (municipality_code, fiscal_year, quarter, variant, step, version, version_id, state, at, principal_uri)
	select v.municipality_code, v.fiscal_year, v.quarter, v.variant, case when v.version = 1 then 1 else 1 + (
			select max(s.step) from renkei.report_transition s where s.municipality_code = v.municipality_code
			and s.fiscal_year = v.fiscal_year and s.quarter = v.quarter and s.variant = v.variant) end,
		v.version, v.version_id, 'submitted', v.received_at, i.uri
	from unnest(numbered) i
	join renkei.report_version v on v.municipality_code = i.municipality_code and v.version_id = i.version_id;
	insert into renkei.request (municipality_code, request_id, principal_uri, method, sha256, version_id, received_at)
	select i.municipality_code, i.request_id, i.uri, 'submit', i.sha256, i.version_id, moment from unnest(numbered) i;

	select array_agg(i.municipality_code order by i.item), array_agg(i.version_id order by i.item),
		array_agg(p_document[i.item] order by i.item)
	into codes, versions, documents from unnest(numbered) i;
	perform renkei_api.content_store(codes, versions, documents);

	return array(select coalesce(n, i) from unnest(p_items) i left join unnest(numbered) n on n.item = i.item order by i.item);
end $$;
