-- renkei_api.records - the records of one list in documents, each beside whose it is: what rows_<table> of a table below it takes.
-- Takes    codes, versions and documents of reports, element by element; the list; the name of its identity.
-- Returns  codes, versions, ids and records, element by element; null when there are none.
create function renkei_api.records(p_code renkei.lg_code[], p_version bigint[], p_document jsonb[], p_list text, p_id text,
	out codes renkei.lg_code[], out versions bigint[], out ids renkei.own_id[], out records jsonb[])
language sql stable parallel safe as $$
	select array_agg(v.code), array_agg(v.version_id), array_agg((a.record ->> p_id)::renkei.own_id), array_agg(a.record)
	from unnest(p_code, p_version, p_document) as v (code, version_id, document)
		cross join lateral jsonb_array_elements(v.document -> p_list) as a (record)
$$;
