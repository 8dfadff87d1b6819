-- renkei_api.is_released - has a version left its house: it needed no release (決裁), or has it.
create function renkei_api.is_released(p renkei.report_version) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select p.timeliness <> 'awaiting_release' or exists (select from renkei.report_release r
		where r.municipality_code = p.municipality_code and r.version_id = p.version_id)
$$;
