-- renkei_api.rows_activity - events as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.activity.
create function renkei_api.rows_activity(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.activity
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		r.activity_id,
		r.ordinality,
		renkei.word(r.kind, 'ACTIVITY_KIND_'),
		coalesce(r.title, ''),
		renkei.word(r.status, 'ACTIVITY_STATUS_'),
		renkei.partial_date(r.planned_start),
		renkei.partial_date(r.planned_end),
		renkei.partial_date(r.actual_start),
		renkei.partial_date(r.actual_end),
		nullif(r.days, 0),
		nullif(r.place ->> 'country', ''),
		nullif(r.place ->> 'city', ''),
		renkei.word(r.mode, 'ACTIVITY_MODE_'),
		renkei.word(r.scope, 'SCOPE_'),
		nullif(r.scope_reason, ''),
		nullif(r.need_id, ''),
		nullif(r.result, ''),
		renkei.word(r.disclosure, 'DISCLOSURE_'),
		nullif(r.occurrences, 0),
		nullif(r.same_as_municipality_code, ''),
		nullif(r.same_as_activity_id, '')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral rows from (jsonb_to_recordset(v.document -> 'activities') as (activity_id text, kind text, title text, status text, planned_start jsonb, planned_end jsonb, actual_start jsonb, actual_end jsonb, days smallint, place jsonb, mode text, scope text, scope_reason text, need_id text, result text, disclosure text, occurrences smallint, same_as_municipality_code text, same_as_activity_id text)) with ordinality as r
$$;
