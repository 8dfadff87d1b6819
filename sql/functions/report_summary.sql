-- renkei_api.report_summary - one version of a report without its content, as proto3 JSON of renkei.v1.ReportSummary.
-- Takes    the version; the moment, null = now: a later version, change of state or confirmation is not known then.
create function renkei_api.report_summary(p renkei.report_version, p_as_of timestamptz default null) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'municipality_code', p.municipality_code,
		'municipality_name_ja', (select m.name_ja from renkei.municipality m where m.municipality_code = p.municipality_code),
		'period', renkei_api.period_json(p.fiscal_year, p.quarter, p.variant),
		'version', p.version, 'latest_version', t.latest,
		'state', 'REPORT_STATE_' || upper(t.state),
		'nil', p.nil, 'receipt_number', p.receipt_number, 'sha256', encode(p.sha256, 'hex'),
		'received_at', renkei.time_json(p.received_at), 'due_at', renkei.time_json(p.due_at),
		'timeliness', 'TIMELINESS_' || upper(p.timeliness), 'late_seconds', p.late_seconds,
		'activity_count', p.activity_count, 'outcome_count', p.outcome_count, 'warning_count', p.warning_count,
		'first_accepted_at', renkei.time_json(t.first_accepted_at),
		'superseded_by', case when t.latest > p.version then p.version + 1 end,
		'action', 'REPORT_ACTION_' || upper(p.action), 'change_reason', p.change_reason,
		'delegated_by', case when renkei.is_delegate(p.principal_uri) then p.principal_uri end,
		'confirmed_by', c.principal_uri, 'confirmed_at', renkei.time_json(c.confirmed_at)))
	from (select max(s.version) as latest, min(s.at) filter (where s.state = 'accepted') as first_accepted_at,
			(array_agg(s.state order by s.step desc) filter (where s.version = p.version))[1] as state
		from renkei.report_transition s
		where s.municipality_code = p.municipality_code and s.fiscal_year = p.fiscal_year and s.quarter = p.quarter
			and s.variant = p.variant and (p_as_of is null or s.at <= p_as_of)) t
	left join renkei.report_confirmation c on c.municipality_code = p.municipality_code and c.version_id = p.version_id
		and (p_as_of is null or c.confirmed_at <= p_as_of)
$$;
