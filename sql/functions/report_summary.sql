-- renkei_api.report_summary - one version of a report without its content, as proto3 JSON of renkei.v1.ReportSummary.
-- Takes    the version; the moment, null = now: a later version, change of state or confirmation is not known then.  What happens before a release only
--          the municipality itself is told; to the secretariat, which may enter the next version for it, latest_version counts it.
create function renkei_api.report_summary(p renkei.report_version, p_as_of timestamptz default null) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'municipality_code', p.municipality_code,
		'municipality_name_ja', (select m.name_ja from renkei.municipality m where m.municipality_code = p.municipality_code),
		'period', renkei_api.period_json(p.fiscal_year, p.quarter, p.variant),
		'version', p.version, 'latest_version', greatest(t.latest, h.latest),
		'state', 'REPORT_STATE_' || upper(t.state),
		'nil', p.nil, 'receipt_number', p.receipt_number, 'sha256', encode(p.sha256, 'hex'),
		'received_at', renkei.time_json(p.received_at), 'released_at', renkei.time_json(r.released_at),
		'due_at', renkei.time_json(case when r.municipality_code is null then p.due_at else r.due_at end),
		'timeliness', 'TIMELINESS_' || upper(coalesce(r.timeliness, p.timeliness)),
		'late_seconds', coalesce(r.late_seconds, p.late_seconds),
		'activity_count', p.activity_count, 'outcome_count', p.outcome_count, 'warning_count', p.warning_count,
		'first_accepted_at', renkei.time_json(t.first_accepted_at),
		'superseded_by', t.followed_by,
		'action', 'REPORT_ACTION_' || upper(p.action), 'change_reason', p.change_reason,
		'delegated_by', case when renkei.is_delegate(p.principal_uri) then p.principal_uri end,
		'confirmed_by', c.principal_uri, 'confirmed_at', renkei.time_json(c.confirmed_at),
		'relayed_by', (select l.principal_uri from renkei.report_relay l where l.municipality_code = p.municipality_code and l.version_id = p.version_id),
		'deadline_entry', case when r.municipality_code is null then p.deadline_entry else r.deadline_entry end,
		'extension_number', p.municipality_code || '-' || renkei.period_tag(p.fiscal_year, p.quarter, p.variant) || '-E'
			|| case when r.municipality_code is null then p.extension_number else r.extension_number end))
	from (select max(s.version) as latest, min(s.at) filter (where s.state = 'accepted') as first_accepted_at,
			min(s.version) filter (where s.version > p.version) as followed_by,
			(array_agg(s.state order by s.at desc) filter (where s.version = p.version))[1] as state
		from (select k.version, k.state::text, k.at from renkei.report_transition k
				where k.municipality_code = p.municipality_code and k.fiscal_year = p.fiscal_year and k.quarter = p.quarter
					and k.variant = p.variant
			union all select k.version, k.state::text, k.at from renkei.preparation_step k
				where k.municipality_code = p.municipality_code and k.fiscal_year = p.fiscal_year and k.quarter = p.quarter
					and k.variant = p.variant and k.state in ('awaiting_release', 'sent_back', 'withdrawn') and renkei_api.in_the_house()) s
		where p_as_of is null or s.at <= p_as_of) t
	left join lateral (select max(k.version) as latest from renkei.preparation_step k
		where k.municipality_code = p.municipality_code and k.fiscal_year = p.fiscal_year and k.quarter = p.quarter and k.variant = p.variant
			and (p_as_of is null or k.at <= p_as_of) and current_setting('renkei.role', true) = 'secretariat') h on true
	left join renkei.report_release r on r.municipality_code = p.municipality_code and r.version_id = p.version_id
		and (p_as_of is null or r.released_at <= p_as_of)
	left join renkei.report_confirmation c on c.municipality_code = p.municipality_code and c.version_id = p.version_id
		and (p_as_of is null or c.confirmed_at <= p_as_of)
$$;
