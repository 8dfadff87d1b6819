-- renkei_api.end_export_orders - orders whose schedule is no longer the one that was ordered are made no more.
-- Takes    a schedule, null = all; why, in a sentence.      Writes  renkei.export_run.
--
-- An order is of the schedule as it stood at that moment: under another one of the same name it could give out what nobody meant to.  A run that is under way goes on,
-- with the contents it began with; if it fails, or its maker is not heard of any more, it ends too.
create function renkei_api.end_export_orders(p_name text, p_why text) returns void
language sql volatile set search_path = pg_catalog, pg_temp as $$
	update renkei.export_run r set state = 'failed', ended_at = clock_timestamp(), retry_at = null, row_count = null,
		why = case r.state when 'failed' then left(p_why || '; it had failed: ' || r.why, 1000) else p_why end
	where r.ordered_by is not null and r.state <> 'done' and (p_name is null or r.name = p_name)
		and (r.state = 'ordered' or r.state = 'running' and r.lease_until < clock_timestamp() or r.state = 'failed' and r.retry_at is not null)
		and not exists (select from renkei.export_schedule s where s.name = r.name and s.changed_at <= r.due_at)
$$;
