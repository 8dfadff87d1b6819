-- renkei_api.rows_activity_source - sources of events as they follow from reports.
-- Takes    codes, versions and documents of reports, element by element.      Returns  rows of renkei.activity_source.
create function renkei_api.rows_activity_source(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[])
returns setof renkei.activity_source
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		a.record ->> 'activity_id',
		r.ordinality,
		coalesce(r.title, ''),
		nullif(r.publisher, ''),
		nullif(r.url, '')
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> 'activities') as a (record)
		cross join lateral rows from (jsonb_to_recordset(a.record -> 'sources') as (title text, publisher text, url text)) with ordinality as r
$$;
