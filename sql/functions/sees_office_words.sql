-- renkei_api.sees_office_words - whether the caller reads what records disclose to the secretariat alone; of a municipality the wall shows its own.
create function renkei_api.sees_office_words() returns boolean
language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
	select coalesce(current_setting('renkei.role', true) in ('municipality', 'approver', 'secretariat'), false)
$$;
