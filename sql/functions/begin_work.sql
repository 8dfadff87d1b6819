-- renkei_api.begin_work - which worker of the house is at work: the first statement of a segment in which nobody calls and something of somebody's is given.
-- Takes    comparisons (sees versions beside the reports before them) or letters (sends them); milliseconds for the segment, null = for the whole
--          session, of a process that does nothing else.
-- Returns  its role: worker_ and the name; no principal has it.
-- Writes   settings: renkei.role; renkei.principal and renkei.tenant, empty, so that it sees what its functions give it and no more; statement_timeout.
-- Errors   RK403 ROLE_NOT_ALLOWED.
create function renkei_api.begin_work(p_worker text, p_timeout_ms integer) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	here constant boolean := p_timeout_ms is not null;
begin
	if coalesce(p_worker not in ('comparisons', 'letters'), true) then
		perform renkei_api.refuse('RK403', 'ROLE_NOT_ALLOWED', format('there is no worker %s; there are comparisons and letters', coalesce(left(p_worker, 40), 'without a name')),
			jsonb_build_object('role', left(p_worker, 40), 'allowed', 'worker_comparisons, worker_letters'));
	end if;
	if here then
		perform set_config('statement_timeout', greatest(p_timeout_ms, 1)::text, true), set_config('jit', 'off', true);
	end if;
	perform set_config('renkei.principal', '', here), set_config('renkei.tenant', '', here);
	return set_config('renkei.role', 'worker_' || p_worker, here);
end $$;
grant execute on function renkei_api.begin_work to renkei_daemon;
