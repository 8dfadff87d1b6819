-- renkei_api.rows_activity_source - sources of events as they follow from reports.
-- Takes    codes, versions, ids and records of events, element by element.      Returns  rows of renkei.activity_source.
create function renkei_api.rows_activity_source(p_code renkei.lg_code[], p_version bigint[], p_id renkei.own_id[],
	p_record jsonb[])
returns setof renkei.activity_source
language sql stable parallel safe as $$
	select v.code,
		v.version_id,
		v.id,
		r.ordinality,
		coalesce(r.title, ''),
		nullif(r.publisher, ''),
		nullif(r.url, '')
	from unnest(p_code, p_version, p_id, p_record) as v (code, version_id, id, record)
		cross join lateral rows from (jsonb_to_recordset(v.record -> 'sources') as (title text, publisher text, url text)) with ordinality as r
$$;
