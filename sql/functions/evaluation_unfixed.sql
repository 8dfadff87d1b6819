-- renkei_api.evaluation_unfixed - the newest that was kept of an evaluation is not final, so its table may be worded.
-- Errors   RK409 EVALUATION_FIXED, with its id: who must change it after all keeps a new draft first, which all can see that it is there.
create function renkei_api.evaluation_unfixed(p_first integer, p_last integer) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	newest renkei.evaluation_snapshot;
begin
	select s.* into newest from renkei.evaluation_snapshot s where s.first_fiscal_year = p_first and s.last_fiscal_year = p_last order by s.serial desc limit 1;
	if newest.state = 'final' then
		perform renkei_api.refuse('RK409', 'EVALUATION_FIXED', format('evaluation %s is final', newest.snapshot_id),
			jsonb_build_object('snapshot_id', newest.snapshot_id, 'first', p_first::text, 'last', p_last::text));
	end if;
end $$;
