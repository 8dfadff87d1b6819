-- renkei_api.list_report_versions - all versions of one report, newest first, with every change of state, oldest first.  Those before a
-- release only the municipality itself is shown.  With as_of, what there was of both at that moment.
-- Takes    ListReportVersionsRequest.      Returns  ListReportVersionsResponse.
-- Errors   RK400 AS_OF_FUTURE; RK404 REPORT_NOT_FOUND; RK403.
create function renkei_api.list_report_versions(p_request jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	l renkei.report_version;
	as_of constant timestamptz := renkei_api.asked_moment(p_request);
begin
	perform renkei_api.require_role('municipality', 'approver', 'secretariat', 'ministry');
	l := renkei_api.find_version(p_request - 'version' - 'receipt_number');
	return jsonb_build_object(
		'versions', (select jsonb_agg(renkei_api.report_summary(v, as_of) order by v.version desc) from renkei.report_version v
			where v.municipality_code = l.municipality_code and v.fiscal_year = l.fiscal_year and v.quarter = l.quarter and v.variant = l.variant
				and v.version > 0 and (renkei_api.in_the_house() or renkei_api.is_released(v))
				and (as_of is null or renkei_api.was_known(v, as_of))),
		'transitions', (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('version', t.version,
				'state', 'REPORT_STATE_' || upper(t.state), 'at', renkei.time_json(t.at), 'principal', t.principal_uri,
				'reason', t.reason, 'due_date', t.due_date, 'items', (
					select jsonb_agg(jsonb_build_object('field_path', coalesce(i.field_path, ''), 'reason', i.reason) order by i.position)
					from renkei.return_item i where i.municipality_code = t.municipality_code and i.fiscal_year = t.fiscal_year
						and i.quarter = t.quarter and i.variant = t.variant and i.step = t.step))) order by t.at)
			from (select k.municipality_code, k.fiscal_year, k.quarter, k.variant, k.step, k.version, k.state::text, k.at, k.principal_uri, k.reason,
					k.due_date from renkei.report_transition k
				union all
				select k.municipality_code, k.fiscal_year, k.quarter, k.variant, null, k.version, k.state::text, k.at, k.principal_uri, k.reason, null
				from renkei.preparation_step k
				where k.state in ('awaiting_release', 'sent_back', 'withdrawn') and renkei_api.in_the_house()) t
			where t.municipality_code = l.municipality_code and t.fiscal_year = l.fiscal_year and t.quarter = l.quarter and t.variant = l.variant
				and (as_of is null or t.at <= as_of))) || renkei_api.as_of_json(as_of);
end $$;
grant execute on function renkei_api.list_report_versions to renkei_daemon;
