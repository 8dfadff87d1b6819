-- renkei_api.find_export - is there such a bundle, for who calls.
-- Takes    SCHEDULE/ID.      Returns  the same.      Errors  RK404 EXPORT_NOT_FOUND; RK403.
create function renkei_api.find_export(p_bundle text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform renkei_api.require_role('secretariat', 'ministry', 'analyst');
	if not exists (select from renkei.export_run r where r.name || '/' || r.bundle_id = p_bundle and r.state = 'done' and r.removed_at is null) then
		perform renkei_api.refuse('RK404', 'EXPORT_NOT_FOUND', format('there is no bundle %s', left(p_bundle, 110)),
			jsonb_build_object('bundle', left(p_bundle, 110)), 'bundle');
	end if;
	return p_bundle;
end $$;
grant execute on function renkei_api.find_export to renkei_daemon;
