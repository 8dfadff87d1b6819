-- renkei_api.export_line - the name of the line of exports among advisory locks of two numbers; the second one is a number in the line.
create function renkei_api.export_line() returns integer
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select 1919247205 $$;
