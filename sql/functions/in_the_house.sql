-- renkei_api.in_the_house - is the caller of a municipality itself: an officer or its approver.  Others see of a report what was released.
create function renkei_api.in_the_house() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(current_setting('renkei.role', true) in ('municipality', 'approver'), false)
$$;
