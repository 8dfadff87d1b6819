-- renkei_api.check_rollup - do the sums of the status matrix equal those counted anew; on demand put right.
-- Takes    whether to count anew and replace what is there.  Nothing may change reports meanwhile: it takes a lock.
-- Returns  one row a municipality and fiscal year that differs: what is kept, what is counted; both as there, nil, late, returned, accepted.
-- Writes   renkei.status_total, status_delta, only when asked to.
create function renkei_api.check_rollup(p_repair boolean default false)
returns table (municipality_code text, fiscal_year smallint, kept integer[], counted integer[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'operator', true);
	if p_repair then
		perform pg_advisory_xact_lock(hashtextextended('fold_rollups', 0));
		lock table renkei.report in share row exclusive mode;
	end if;
	return query
	select coalesce(k.municipality_code, c.municipality_code)::text, coalesce(k.fiscal_year, c.fiscal_year), k.sums, c.sums
	from (select s.municipality_code, s.fiscal_year, array[sum(s.there), sum(s.nil), sum(s.late), sum(s.returned), sum(s.accepted)]::integer[] as sums
		from (select t.municipality_code, t.fiscal_year, t.there, t.nil, t.late, t.returned, t.accepted from renkei.status_total t
			union all select d.municipality_code, d.fiscal_year, d.there, d.nil, d.late, d.returned, d.accepted from renkei.status_delta d) s
		group by s.municipality_code, s.fiscal_year) k
	full join (select n.municipality_code, n.fiscal_year, array[n.there, n.nil, n.late, n.returned, n.accepted] as sums
		from renkei.count_status() n) c on c.municipality_code = k.municipality_code and c.fiscal_year = k.fiscal_year
	where k.sums is distinct from c.sums;
	if p_repair then
		delete from renkei.status_delta;
		delete from renkei.status_total;
		insert into renkei.status_total (municipality_code, fiscal_year, there, nil, late, returned, accepted)
		select n.municipality_code, n.fiscal_year, n.there, n.nil, n.late, n.returned, n.accepted from renkei.count_status() n;
	end if;
end $$;
grant execute on function renkei_api.check_rollup to renkei_migrate;
