-- renkei_api.submissions_judge - may the items of one round be stored, by the registry and the reports that are there.
-- Takes    the items; the round; the documents of the batch.  What it looks at is locked by the caller.
-- Returns  the items, those of the round with a refusal, or with the version of an earlier identical request (replayed).
create function renkei_api.submissions_judge(p_items renkei_api.submission[], p_round integer, p_document jsonb[])
returns renkei_api.submission[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	-- Looked at for the whole round first: hardly ever does a report name a code that is not there.
	odd constant boolean := exists (
		select from (select distinct c.system, c.code from unnest(p_items) i
				cross join lateral renkei_api.codes_in_report(p_document[i.item]) c
				where i.round = p_round and i.refusal is null) u
		where not case u.system when 'partner' then exists (select from renkei.partner_government g where g.partner_code::text = u.code)
			else exists (select from renkei.municipality m where m.municipality_code::text = u.code) end);
begin
	return (
	select array_agg(row(i.item, i.uri, i.request_id, i.validate_only, i.municipality_code, i.fiscal_year, i.quarter, i.variant,
		i.action, i.base_version, i.sha256, i.round, coalesce(i.refusal, j.refusal), coalesce(i.version_id, j.version_id),
		i.replayed or j.version_id is not null, i.receipt)::renkei_api.submission order by i.item)
	from unnest(p_items) i
	left join lateral (
		select case when q.method = 'submit' and q.sha256 = i.sha256 and q.principal_uri = i.uri and not i.validate_only
			then q.version_id end as version_id,
		case
			when q.method = 'submit' and q.sha256 = i.sha256 and q.principal_uri = i.uri then null
			when q.request_id is not null then renkei_api.refusal(6, 'REQUEST_ID_REUSED',
				format('request id %s was used for something else', i.request_id), jsonb_build_object('request_id', i.request_id, 'sha256', encode(q.sha256, 'hex')), 'request_id')
			when m.municipality_code is null then renkei_api.refusal(5, 'MUNICIPALITY_NOT_FOUND',
				format('municipality code %s is not in the registry', i.municipality_code),
				jsonb_build_object('municipality_code', i.municipality_code), 'municipality_code')
			when t.fiscal_year is null then renkei_api.refusal(5, 'PERIOD_NOT_FOUND', format('there is no reporting period %s', k.tag),
				jsonb_build_object('period', k.tag), 'period')
			when t.opens_at > clock_timestamp() then renkei_api.refusal(9, 'PERIOD_NOT_OPEN', format('period %s opens at %s', k.tag,
				renkei.time_json(t.opens_at)), jsonb_build_object('period', k.tag, 'opens_at', renkei.time_json(t.opens_at)), 'period')
			when h.state = 'under_review' then renkei_api.refusal(9, 'REPORT_UNDER_REVIEW',
				format('report %s of %s is under review; withdraw it first', k.tag, i.municipality_code),
				jsonb_build_object('period', k.tag, 'municipality_code', i.municipality_code))
			-- What was withdrawn before it left its house need not be known: based on what did leave, nothing is written over.
			-- What only the house can read nobody outside can base a version on; they are told whom to ask.
			when i.base_version not in (l.version, l.standing) and renkei.is_delegate(i.uri) and l.standing > coalesce(h.latest_version, 0)
			then renkei_api.refusal(10, 'VERSION_PREPARED', format('version %s of report %s waits inside municipality %s', l.standing, k.tag,
				i.municipality_code), jsonb_build_object('base_version', i.base_version::text, 'prepared_version', l.standing::text,
				'period', k.tag, 'municipality_code', i.municipality_code), 'base_version')
			when i.base_version not in (l.version, l.standing) then renkei_api.refusal(10, 'VERSION_CONFLICT',
				format('based on version %s; the latest is %s', i.base_version, l.version),
				jsonb_build_object('base_version', i.base_version::text, 'latest_version', l.version::text),
				'base_version')
			-- What awaits its release is not there yet: over an accepted report it is and stays a correction.
			when not coalesce(case i.action when 'new' then l.standing = 0
				when 'replace' then l.version > 0 and h.state is distinct from 'accepted'
				when 'correct' then h.accepted_version is not null end, false)
			then renkei_api.refusal(9, 'ACTION_NOT_ALLOWED', format('action %s does not fit a report that is %s', i.action,
				coalesce(h.state, p.state, 'not there')), jsonb_build_object('action', coalesce(i.action, ''), 'state', coalesce(h.state, p.state, '')), 'action')
			when l.version = 9999 then renkei_api.refusal(9, 'VERSION_LIMIT', 'a report has at most 9999 versions',
				'{"limit": "9999"}', 'base_version')
			else coalesce(case when h.accepted_version is not null then renkei_api.correction_misfit(i.municipality_code, i.fiscal_year, i.quarter, i.variant,
				h.accepted_version_id, p_document[i.item]) end, case when odd then renkei_api.unknown_codes(p_document[i.item]) end,
				case when p_document[i.item] ?| array['type_changes', 'intentions']
					or jsonb_path_exists(p_document[i.item], '$.activities[*].need_id')
				then renkei_api.unknown_references(p_document[i.item]) end)
		end as refusal
		from (select renkei.period_tag(i.fiscal_year, i.quarter, i.variant)) as k (tag)
		left join renkei.request q on q.municipality_code = i.municipality_code and q.request_id = i.request_id
		left join renkei.municipality m on m.municipality_code = i.municipality_code
		left join renkei.reporting_period t on t.fiscal_year = i.fiscal_year and t.quarter = i.quarter and t.variant = i.variant
		left join renkei.report h on h.municipality_code = i.municipality_code and h.fiscal_year = i.fiscal_year
			and h.quarter = i.quarter and h.variant = i.variant
		left join renkei.preparation p on p.municipality_code = i.municipality_code and p.fiscal_year = i.fiscal_year
			and p.quarter = i.quarter and p.variant = i.variant
		cross join lateral (select greatest(h.latest_version, p.version, 0), case when p.state = 'withdrawn' and p.version > coalesce(h.latest_version, 0)
			then coalesce(h.latest_version, 0) else greatest(h.latest_version, p.version, 0) end) as l (version, standing)
	) j on i.round = p_round and i.refusal is null
	);
end $$;
