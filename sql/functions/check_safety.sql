-- renkei_api.check_safety - what makes this server unfit to hold receipts.
-- Returns  one row a problem: what it is about, and a sentence; none when all is well.  Asked by the session that will serve:
--          settings can differ by role and database.
create function renkei_api.check_safety() returns table (subject text, problem text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select s.name, format('%s is %s; an acknowledged report could be lost', s.name, s.setting)
	from pg_settings s
	where s.name in ('fsync', 'full_page_writes') and s.setting <> 'on'
		or s.name = 'synchronous_commit' and s.setting not in ('on', 'remote_apply')
	union all
	select 'data_sync_retry', 'data_sync_retry is on; a failed write could pass for a good one'
	from pg_settings s where s.name = 'data_sync_retry' and s.setting <> 'off'
	union all
	select 'login', format('role %s is a superuser or passes row security; serve as a plain role', r.rolname)
	from pg_roles r where r.rolname = session_user and (r.rolsuper or r.rolbypassrls)
	union all
	select 'login', format('role %s can act as renkei_owner; serve as renkei_daemon', session_user)
	where session_user <> 'renkei_owner' and pg_has_role(session_user, 'renkei_owner', 'member')
		and not exists (select from pg_roles r where r.rolname = session_user and r.rolsuper)
	union all
	select 'encoding', format('the database is %s; it must be UTF8', s.setting)
	from pg_settings s where s.name = 'server_encoding' and s.setting <> 'UTF8'
	union all
	select 'tables', format('row security is not forced on renkei.%s', c.relname)
	from pg_class c
	where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
		and c.relname not in ('migration', 'wire_field', 'wire_enum', 'content_table', 'search_pair', 'character_variant')
	union all
	select 'tables', format('renkei.%s is unlogged; a crash would empty it', c.relname)
	from pg_class c where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p') and c.relpersistence <> 'p'
	order by 1, 2
$$;
grant execute on function renkei_api.check_safety to renkei_daemon, renkei_migrate;
