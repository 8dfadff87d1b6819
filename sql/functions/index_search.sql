-- renkei_api.index_search - make what is searched of versions that wait for it; one writer at a time.  One that was replaced meanwhile, and never
-- accepted, nobody finds: nothing is made of it.
-- Takes    how many characters, roughly: the version that reaches them is the last, and one is always done.
-- Returns  how many versions were done; null when another is at it.      Writes  renkei.search_text, search_pair, search_pending, comparison_pending: what
--          was submitted anew is to be seen beside the accepted reports before it, where there are any.
--
-- Everything is found by its key: a plan of the time when the tables were empty would read all of what has become of them, for each version.
create function renkei_api.index_search(p_characters bigint default 100000) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	me constant text := coalesce(current_setting('renkei.role', true), '');
	one record;
	characters bigint := 0;
	more bigint;
	done bigint := 0;
begin
	if not pg_try_advisory_xact_lock(hashtextextended('index_search', 0)) then
		return null;
	end if;
	-- Outside of a call the registry, where names are, shows itself to nobody.
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'operator', true);
	for one in select p.municipality_code, p.version_id from renkei.search_pending p loop
		delete from renkei.search_pending p where p.municipality_code = one.municipality_code and p.version_id = one.version_id;
		done := done + 1;
		insert into renkei.comparison_pending (municipality_code, version_id, next_at)
		select v.municipality_code, v.version_id, clock_timestamp()
		from renkei.report_version v
		join renkei.report r on r.municipality_code = v.municipality_code and r.latest_version_id = v.version_id and r.state in ('submitted', 'under_review')
		where v.municipality_code = one.municipality_code and v.version_id = one.version_id and v.variant = 'regular'
			and not exists (select from renkei.report_comparison c where c.municipality_code = v.municipality_code and c.version_id = v.version_id)
			and exists (select from renkei.report h where h.municipality_code = v.municipality_code and h.variant = 'regular' and h.accepted_version_id is not null
				and (h.fiscal_year < v.fiscal_year or h.fiscal_year = v.fiscal_year and h.quarter < v.quarter))
		on conflict do nothing;
		-- One made ready before, of which a name has changed.
		with former as (
			delete from renkei.search_text t where t.municipality_code = one.municipality_code and t.version_id = one.version_id returning t.document
		)
		delete from renkei.search_pair p using former f where p.document = f.document;
		with entered as (
			insert into renkei.search_text (municipality_code, version_id, kind, record_id, title, text, folded)
			select one.municipality_code, one.version_id, d.kind, d.record_id, d.title, d.text, renkei.fold_text(d.text)
			from renkei.report_version v
			join renkei.report r on r.municipality_code = v.municipality_code and r.fiscal_year = v.fiscal_year and r.quarter = v.quarter
				and r.variant = v.variant and one.version_id in (r.latest_version_id, r.accepted_version_id)
			cross join lateral renkei_api.search_documents(one.municipality_code, one.version_id) d
			where v.municipality_code = one.municipality_code and v.version_id = one.version_id
			on conflict do nothing
			returning document, folded
		), paired as (
			insert into renkei.search_pair (document, pairs) select e.document, renkei.pairs_of(e.folded) from entered e
		)
		-- One that says nothing costs something too.
		select 100 + coalesce(sum(char_length(e.folded)), 0) into more from entered e;
		characters := characters + more;
		exit when characters >= p_characters;
	end loop;
	perform set_config('renkei.tenant', own, true), set_config('renkei.role', me, true);
	return done;
end $$;
grant execute on function renkei_api.index_search to renkei_daemon;
