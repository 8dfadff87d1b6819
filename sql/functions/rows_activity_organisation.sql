-- renkei_api.rows_activity_organisation - organisations of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_organisation.
create function renkei_api.rows_activity_organisation(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_organisation
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		r.ordinality,
		coalesce(r.name, ''),
		renkei.word(r.kind, 'ORGANISATION_KIND_'),
		renkei.word(r.role, 'ORGANISATION_ROLE_'),
		renkei.word(r.learned, 'ANSWER_'),
		renkei.word(r.publicity, 'ANSWER_'),
		nullif(r.issue, ''),
		renkei.word(r.follow_up, 'FOLLOW_UP_BUSINESS_'),
		renkei.word(r.consent_to_be_named, 'ANSWER_'),
		nullif(r.learned_text, '')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral rows from (jsonb_to_recordset(v.record -> 'organisations') as (name text, kind text, role text, learned text, publicity text, issue text, follow_up text, consent_to_be_named text, learned_text text)) with ordinality as r
$$;
