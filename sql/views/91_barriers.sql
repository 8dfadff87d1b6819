-- What a view leaves out stays out of reach of whatever its reader asks: a condition that can fail, such as a cast, would name in its error
-- the rows that it was tried on.  So no such condition is tried before the view's own.
do $$
declare
	v record;
begin
	for v in select c.relname as name from pg_catalog.pg_class c where c.relnamespace = 'renkei_api'::regnamespace and c.relkind = 'v' loop
		execute format('alter view renkei_api.%I set (security_barrier = true)', v.name);
	end loop;
end $$;
