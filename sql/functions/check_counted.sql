-- renkei_api.check_counted - do the records kept for questions equal those counted anew; on demand put right.
-- Takes    whether to replace what differs.  Nothing may change reports meanwhile: it takes a lock.
-- Returns  one row a record that differs: what is kept, what is counted; null = it is not there.
-- Writes   renkei.counted_activity, only when asked to.
create function renkei_api.check_counted(p_repair boolean default false)
returns table (municipality_code text, activity_id text, kept jsonb, counted jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	perform set_config('renkei.tenant', '*', true), set_config('renkei.role', 'operator', true);
	if p_repair then
		lock table renkei.report in share row exclusive mode;
	end if;
	return query
	with counted as materialized (
		select c.* from (select distinct r.municipality_code from renkei.report r where r.accepted_version_id is not null) m
		cross join lateral renkei.count_activities(m.municipality_code, null) c
	), wrong as materialized (
		select coalesce(k.municipality_code, c.municipality_code) as municipality_code, coalesce(k.activity_id, c.activity_id) as activity_id,
			to_jsonb(k) as kept, to_jsonb(c) as counted
		from renkei.counted_activity k full join counted c on c.municipality_code = k.municipality_code and c.activity_id = k.activity_id
		where k is distinct from c
	), changed as (
		insert into renkei.counted_activity as t select c.* from counted c join wrong w on w.municipality_code = c.municipality_code
			and w.activity_id = c.activity_id where p_repair
		on conflict on constraint counted_activity_pk do update set version_id = excluded.version_id, fiscal_year = excluded.fiscal_year,
			quarter = excluded.quarter, kind = excluded.kind, status = excluded.status, scope = excluded.scope, occurrences = excluded.occurrences,
			same_as_municipality_code = excluded.same_as_municipality_code, same_as_activity_id = excluded.same_as_activity_id
	), gone as (
		delete from renkei.counted_activity t using wrong w where p_repair and w.counted is null
			and t.municipality_code = w.municipality_code and t.activity_id = w.activity_id
	)
	select w.municipality_code::text, w.activity_id::text, w.kept, w.counted from wrong w;
end $$;
grant execute on function renkei_api.check_counted to renkei_migrate;
