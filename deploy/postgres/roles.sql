-- Roles of renkei.  Run once per cluster as a superuser, before the first `renkeid migrate`; safe to run again.
--
-- renkei_owner    owns schemas, tables and functions; nobody logs in as it
-- renkei_migrate  logs in to migrate; member of renkei_owner
-- renkei_daemon   logs in to serve; may execute functions of renkei_api and nothing else
-- renkei_analyst  logs in to read the views of renkei_api
do $$
declare
	r record;
begin
	for r in
		select * from (values
			('renkei_owner', 'nologin'),
			('renkei_migrate', 'login noinherit'),
			('renkei_daemon', 'login noinherit connection limit 200'),
			('renkei_analyst', 'login noinherit connection limit 20')) as v (name, options)
	loop
		if not exists (select from pg_catalog.pg_roles where rolname = r.name) then
			execute format('create role %I %s nosuperuser nocreatedb nocreaterole nobypassrls noreplication', r.name, r.options);
		end if;
	end loop;
	execute 'grant renkei_owner to renkei_migrate';
end $$;
