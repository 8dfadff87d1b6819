-- renkei_api.index_search - make what is searched of versions that wait for it; one writer at a time.
-- Takes    how many versions at most.
-- Returns  how many were done; null when another is at it.      Writes  renkei.search_text, search_pair, search_pending.
create function renkei_api.index_search(p_limit integer) returns bigint
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	done bigint;
begin
	if not pg_try_advisory_xact_lock(hashtextextended('index_search', 0)) then
		return null;
	end if;
	perform set_config('renkei.tenant', '*', true);
	with taken as (
		delete from renkei.search_pending p using (select municipality_code, version_id from renkei.search_pending limit p_limit) l
		where p.municipality_code = l.municipality_code and p.version_id = l.version_id
		returning p.municipality_code, p.version_id
	), entered as (
		insert into renkei.search_text (municipality_code, version_id, kind, record_id, title, text, folded)
		select t.municipality_code, t.version_id, d.kind, d.record_id, d.title, d.text, renkei.fold_text(d.text)
		from taken t cross join lateral renkei_api.search_documents(t.municipality_code, t.version_id) d
		on conflict do nothing
		returning document, folded
	), paired as (
		insert into renkei.search_pair (document, pairs) select e.document, renkei.pairs_of(e.folded) from entered e
	)
	select count(*) into done from taken;
	perform set_config('renkei.tenant', own, true);
	return done;
end $$;
