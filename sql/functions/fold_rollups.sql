-- renkei_api.fold_rollups - move appended deltas into the totals; one writer at a time, who waits for nobody.
-- Takes    how many deltas at most.
-- Returns  how many were moved; null when another is at it.      Writes  renkei.status_total, status_delta.
--
-- In one transaction, so whoever reads totals and deltas in one statement sees each change once.
create function renkei_api.fold_rollups(p_limit integer default 1000) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	own constant text := coalesce(current_setting('renkei.tenant', true), '');
	moved bigint;
begin
	if not pg_try_advisory_xact_lock(hashtextextended('fold_rollups', 0)) then
		return null;
	end if;
	perform set_config('renkei.tenant', '*', true);
	with taken as (
		delete from renkei.status_delta d using (select municipality_code, delta_id from renkei.status_delta limit p_limit) l
		where d.municipality_code = l.municipality_code and d.delta_id = l.delta_id
		returning d.*
	), folded as (
		insert into renkei.status_total as t (municipality_code, fiscal_year, there, nil, late, returned, accepted)
		select k.municipality_code, k.fiscal_year, sum(k.there), sum(k.nil), sum(k.late), sum(k.returned), sum(k.accepted)
		from taken k group by k.municipality_code, k.fiscal_year
		on conflict on constraint status_total_pk do update set there = t.there + excluded.there, nil = t.nil + excluded.nil,
			late = t.late + excluded.late, returned = t.returned + excluded.returned, accepted = t.accepted + excluded.accepted
	)
	select count(*) into moved from taken;
	perform set_config('renkei.tenant', own, true);
	return moved;
end $$;
grant execute on function renkei_api.fold_rollups to renkei_daemon;
