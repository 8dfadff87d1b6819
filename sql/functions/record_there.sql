-- renkei_api.record_there - has a version a record of this id in this list.
create function renkei_api.record_there(p renkei.report_version, p_list text, p_id text) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select exists (select from renkei_api.record_disclosures r
		where r.municipality_code = p.municipality_code and r.version_id = p.version_id and r.list = p_list and r.record_id = p_id)
$$;
