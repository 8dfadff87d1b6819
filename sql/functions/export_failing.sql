-- renkei_api.export_failing - since when the operator knows that runs of a schedule fail.
-- Takes    the schedule.
-- Returns  when the letter was queued; null when none was since its last bundle was made, or none that was or will be sent.
create function renkei_api.export_failing(p_name text) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp as $$
	select max(l.queued_at) from renkei.export_letter l
	where l.schedule = p_name and l.kind = 'failed' and l.state in ('queued', 'sent')
		and l.queued_at > coalesce((select max(r.ended_at) from renkei.export_run r where r.name = p_name and r.state = 'done'), '-infinity')
$$;
