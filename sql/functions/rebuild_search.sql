-- renkei_api.rebuild_search - make all that is searched anew, at once.
-- Returns  how many versions were read.      Writes  renkei.search_text, search_pair, search_pending.
create function renkei_api.rebuild_search() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	done bigint;
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
begin
	perform pg_advisory_xact_lock(hashtextextended('index_search', 0));
	perform set_config('renkei.tenant', '*', true);
	delete from renkei.search_pair;
	delete from renkei.search_text;
	insert into renkei.search_pending (municipality_code, version_id)
	select r.municipality_code, r.latest_version_id from renkei.report r
	union select r.municipality_code, r.accepted_version_id from renkei.report r where r.accepted_version_id is not null
	on conflict do nothing;
	done := renkei_api.index_search(9223372036854775807);
	perform set_config('renkei.tenant', own, true);
	return done;
end $$;
grant execute on function renkei_api.rebuild_search to renkei_migrate;
