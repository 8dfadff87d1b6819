-- The walls as the catalogue has them: every rule is one branch of the lint, and every branch is seen to name a wall taken down.
begin;
select plan(59);

-- Tables without row security, and why: they hold nothing about anybody, and no role but the owner has a right on them.
create temp table exempt (name, why) as values
	('migration', 'what was applied: asked before any call is begun'),
	('wire_field', 'the protocol''s own fields'), ('wire_enum', 'the protocol''s own words'),
	('content_table', 'the list of tables'),
	('search_pair', 'which pairs of characters stand in a text: neither whose it is nor the text, which are behind the wall of search_text'),
	('character_variant', 'which characters are variants of others: the same for everybody');
-- Indexes of rows of municipalities that begin otherwise, and why.
create temp table led_otherwise (name, why) as values
	('report_by_period', 'not unique: it answers the office''s question for a period, and refuses nothing'),
	('activity_by_same_as', 'not unique: it finds who says of a record that it is the same, and refuses nothing'),
	('search_text_by_document', 'not unique: it finds the text of pairs that were found, and refuses nothing');
create temp view tenant_table as
	select c.oid, c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'municipality_code' and not a.attisdropped
	where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p')
	-- What everybody reads, the registry, has a policy of its own.
	and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'by_call')
	and c.relname <> 'principal';

create temp view finding (rule, object) as
	-- tables and their policies
	select 'row security is not enabled and forced', c.relname::text from pg_class c
	where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
		and c.relname not in (select name from exempt)
	union all
	select 'no policy for a command', c.relname || ' ' || k.command from pg_class c
		cross join (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete')) as k (code, command)
	where c.relnamespace = 'renkei'::regnamespace and c.relkind in ('r', 'p') and c.relname not in (select name from exempt)
		and not exists (select from pg_policy p where p.polrelid = c.oid and p.polcmd::text in ('*', k.code)
			and p.polroles = array[(select oid from pg_roles where rolname = 'renkei_owner')])
	union all
	select 'a policy for another role than the owner', c.relname || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
	where c.relnamespace = 'renkei'::regnamespace and p.polroles <> array[(select oid from pg_roles where rolname = 'renkei_owner')]
	union all
	select 'a policy lets rows be written that it would not show', c.relname || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
	where c.relnamespace = 'renkei'::regnamespace and p.polcmd <> 'r' and pg_get_expr(p.polwithcheck, p.polrelid) is distinct from pg_get_expr(p.polqual, p.polrelid)
	union all
	select 'a policy asks another table', c.relname || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
	where c.relnamespace = 'renkei'::regnamespace and (p.polqual::text || coalesce(p.polwithcheck::text, '')) ~ '\{(SUBLINK|SUBPLAN) '
	union all
	-- '' and null are what a setting is outside of a call: both must show nothing.
	select 'a policy does not fail closed', c.relname || ' ' || p.polname from pg_policy p join pg_class c on c.oid = p.polrelid
	where c.relnamespace = 'renkei'::regnamespace and pg_get_expr(p.polqual, p.polrelid) !~
		'(?i)^\(*(nullif\(current_setting\(''renkei\.|current_setting\(''renkei\.role''::text, true\) = ''secretariat''|pg_has_role\(current_user, ''renkei_analyst'')'
	union all
	select 'rows of municipalities without the policy by_tenant', t.relname::text from tenant_table t
	where not exists (select from pg_policy p where p.polrelid = t.oid and p.polname = 'by_tenant' and p.polcmd = '*'
		and pg_get_expr(p.polqual, p.polrelid) like '%municipality_code%renkei.tenant%')
	union all
	-- keys led by the municipality
	select 'a key or index does not begin with the municipality', i.relname::text from tenant_table t
		join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
		join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
	where a.attname <> 'municipality_code' and i.relname not in (select name from led_otherwise)
	union all
	select 'an index on an expression', i.relname::text from tenant_table t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
	where x.indkey[0] = 0
	union all
	-- What is referred to in the registry everybody reads.
	select 'a reference does not begin with the municipality', k.conname::text from pg_constraint k join tenant_table t on t.oid = k.confrelid
		join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
		join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
	where k.contype = 'f' and (a.attname <> 'municipality_code' or b.attname <> 'municipality_code')
	union all
	select 'an exclusion constraint', k.conname::text from pg_constraint k join tenant_table t on t.oid = k.conrelid where k.contype = 'x'
	union all
	-- rights
	select 'a right on a table', format('%s %s %s', c.relname, coalesce(r.rolname, 'public'), a.privilege_type)
	from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
	where c.relnamespace = 'renkei'::regnamespace and a.grantee <> c.relowner
	union all
	select 'a right on a column', format('%s.%s', c.relname, a.attname) from pg_class c join pg_attribute a on a.attrelid = c.oid
	where c.relnamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and a.attacl is not null
	union all
	select 'a right on a view beyond reading it', format('%s %s %s', c.relname, coalesce(r.rolname, 'public'), a.privilege_type)
	from pg_class c cross join aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
	where c.relnamespace = 'renkei_api'::regnamespace and a.grantee <> c.relowner and (a.privilege_type <> 'SELECT' or r.rolname is distinct from 'renkei_analyst')
	union all
	select 'something is not owned by renkei_owner', c.relname::text from pg_class c
	where c.relnamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and c.relowner <> (select oid from pg_roles where rolname = 'renkei_owner')
	union all
	select 'something is not owned by renkei_owner', p.proname::text from pg_proc p
	where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and p.proowner <> (select oid from pg_roles where rolname = 'renkei_owner')
	union all
	select 'a right to create', format('%s %s', r.rolname, n.nspname) from (select rolname, oid from pg_roles union all select 'public', 0) r
		cross join pg_namespace n
	where r.rolname in ('public', 'renkei_daemon', 'renkei_analyst') and n.nspname in ('renkei', 'renkei_api', 'public')
		and has_schema_privilege(r.oid, n.oid, 'create')
	union all
	select 'a right to enter schema renkei', r.rolname::text from pg_roles r
	where r.rolname in ('renkei_daemon', 'renkei_analyst') and has_schema_privilege(r.oid, 'renkei', 'usage')
	union all
	select 'a right on the database', format('%s %s', coalesce(r.rolname, 'public'), a.privilege_type) from pg_database d
		cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a left join pg_roles r on r.oid = a.grantee
	where d.datname = current_database() and a.grantee <> d.datdba and (a.grantee = 0 or a.privilege_type <> 'CONNECT')
	union all
	-- functions
	select 'everybody may execute a function', p.oid::regprocedure::text from pg_proc p
	where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and has_function_privilege('public', p.oid, 'execute')
	union all
	select 'a function of renkei is granted', format('%s %s', p.proname, r.rolname) from pg_proc p cross join pg_roles r
	where p.pronamespace = 'renkei'::regnamespace and r.rolname in ('renkei_daemon', 'renkei_analyst') and has_function_privilege(r.oid, p.oid, 'execute')
		-- They make a text or a date of what they are given and read no table; views call them as whoever reads them.
		and not (r.rolname = 'renkei_analyst' and p.provolatile = 'i' and not p.prosecdef
			and p.proname in ('partial_date_text', 'first_day', 'last_day', 'quarter_start', 'corporate_number', 'xml_text', 'xml_narratives'))
	union all
	select 'a function is called leakproof', p.oid::regprocedure::text from pg_proc p
	where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and p.proleakproof
	union all
	select 'a function with its owner''s rights has no fixed search path', p.oid::regprocedure::text from pg_proc p
	where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and p.prosecdef
		and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
	union all
	select 'a granted function runs with its caller''s rights', p.oid::regprocedure::text from pg_proc p
	where p.pronamespace = 'renkei_api'::regnamespace and has_function_privilege('renkei_daemon', p.oid, 'execute') and not p.prosecdef
	union all
	select 'a function sets row security or durability aside', p.oid::regprocedure::text from pg_proc p
	where p.pronamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace)
		and (p.prosrc ~* 'row_security|synchronous_commit|session_authorization|set_config\(\s*''role' and p.proname <> 'check_safety'
			or array_to_string(p.proconfig, ' ') ~* 'row_security|synchronous_commit')
	union all
	-- views: their owner reads the tables, because who reads them has no right there; the policies for_views go by who reads
	select 'a view without barrier', c.relname::text from pg_class c
	where c.relnamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and c.relkind = 'v'
		and not coalesce(c.reloptions, '{}') && array['security_barrier=true', 'security_barrier=on']
	union all
	select 'a materialised view or foreign table', c.relname::text from pg_class c
	where c.relnamespace in ('renkei'::regnamespace, 'renkei_api'::regnamespace) and c.relkind in ('m', 'f')
	union all
	-- roles
	select 'a role may too much', r.rolname::text from pg_roles r where r.rolname like 'renkei\_%'
		and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
			or r.rolcanlogin = (r.rolname = 'renkei_owner') or r.rolname <> 'renkei_owner' and r.rolinherit)
	union all
	select 'a role is a member of another', format('%s %s', m.rolname, g.rolname) from pg_auth_members a
		join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
	where m.rolname like 'renkei\_%' and not (m.rolname = 'renkei_migrate' and g.rolname = 'renkei_owner' and not a.admin_option)
	union all
	select 'a role or the database overrides a setting', format('%s %s', coalesce(r.rolname, d.datname, 'all'), s.setting)
	from pg_db_role_setting x left join pg_roles r on r.oid = x.setrole left join pg_database d on d.oid = x.setdatabase
		cross join unnest(x.setconfig) as s (setting)
	where (r.rolname is null or r.rolname like 'renkei\_%')
		and s.setting ~* '^(synchronous_commit|fsync|full_page_writes|data_sync_retry|row_security|session_replication_role|renkei\.)';

select is_empty('select * from finding order by 1, 2', 'the walls stand');
select is_empty($$select e.name from exempt e where to_regclass('renkei.' || e.name) is null$$, 'every table that is exempt is there');
select is_empty($$select e.name from led_otherwise e where e.name not in (select relname from pg_class)$$, 'every index that is exempt is there');

-- Makes a hole, asks the lint, takes the hole back.
create function pg_temp.named(p_hole text, p_rule text) returns text language plpgsql as $$
declare
	seen text;
begin
	begin
		execute p_hole;
		select string_agg(distinct f.object, ', ') into seen from finding f where f.rule = p_rule;
		raise exception using errcode = 'XTAKE';
	exception when sqlstate 'XTAKE' then
		null;
	end;
	return seen;
end $$;
create temp table hole (rule, ddl, object) as values
	('row security is not enabled and forced', 'alter table renkei.need no force row level security', 'need'),
	('row security is not enabled and forced', 'alter table renkei.need disable row level security', 'need'),
	('row security is not enabled and forced', 'set role renkei_owner; create table renkei.later (municipality_code renkei.lg_code); reset role', 'later'),
	('no policy for a command', 'alter policy by_tenant on renkei.need rename to x; drop policy x on renkei.need; create policy y on renkei.need for insert to renkei_owner with check (true)',
		'need delete, need update'),
	('no policy for a command', 'drop policy by_claim on renkei.principal', 'principal delete, principal insert, principal select, principal update'),
	('a policy for another role than the owner', 'create policy more on renkei.need for select to renkei_daemon using (true)', 'need more'),
	('a policy for another role than the owner', 'alter policy by_tenant on renkei.need to public', 'need by_tenant'),
	('a policy lets rows be written that it would not show', 'alter policy by_tenant on renkei.need with check (true)', 'need by_tenant'),
	('a policy asks another table', 'alter policy by_tenant on renkei.need using (exists (select from renkei.municipality))', 'need by_tenant'),
	('a policy does not fail closed', 'alter policy by_tenant on renkei.need using (coalesce(current_setting(''renkei.tenant'', true), '''') in ('''', municipality_code))', 'need by_tenant'),
	('a policy does not fail closed', 'create policy more on renkei.need for select to renkei_owner using (true)', 'need more'),
	('rows of municipalities without the policy by_tenant', 'drop policy by_tenant on renkei.need', 'need'),
	('a key or index does not begin with the municipality', 'create unique index once on renkei.need (need_id)', 'once'),
	('a key or index does not begin with the municipality', 'alter table renkei.report_version add constraint once unique (receipt_number, municipality_code)', 'once'),
	('an index on an expression', 'create index lower on renkei.need (lower(need_id))', 'lower'),
	('a reference does not begin with the municipality', 'alter table renkei.report_version add constraint once unique (version_id);
		alter table renkei.need add constraint refers foreign key (version_id) references renkei.report_version (version_id)', 'refers'),
	('an exclusion constraint', 'alter table renkei.need add constraint apart exclude using btree (need_id with =)', 'apart'),
	('a right on a table', 'grant select on renkei.need to renkei_daemon', 'need renkei_daemon SELECT'),
	('a right on a table', 'grant truncate, references, trigger on renkei.need to renkei_analyst', 'need renkei_analyst REFERENCES, need renkei_analyst TRIGGER, need renkei_analyst TRUNCATE'),
	('a right on a table', 'grant usage on sequence renkei.report_version_number to public', 'report_version_number public USAGE'),
	('a right on a column', 'grant select (need_id) on renkei.need to renkei_daemon', 'need.need_id'),
	('a right on a view beyond reading it', 'grant update on renkei_api.themes to renkei_analyst', 'themes renkei_analyst UPDATE'),
	('a right on a view beyond reading it', 'grant select on renkei_api.themes to public', 'themes public SELECT'),
	('something is not owned by renkei_owner', 'alter table renkei.need owner to postgres', 'need, need_pk'),
	('something is not owned by renkei_owner', 'alter function renkei_api.refuse owner to postgres', 'refuse'),
	('a right to create', 'grant create on schema renkei_api to renkei_daemon', 'renkei_daemon renkei_api'),
	('a right to create', 'grant create on schema public to public', 'public public, renkei_analyst public, renkei_daemon public'),
	('a right to enter schema renkei', 'grant usage on schema renkei to renkei_analyst', 'renkei_analyst'),
	('a right on the database', 'do $x$ begin execute format(''grant temp on database %I to public'', current_database()); end $x$', 'public TEMPORARY'),
	('a right on the database', 'do $x$ begin execute format(''grant create on database %I to renkei_daemon'', current_database()); end $x$', 'renkei_daemon CREATE'),
	('everybody may execute a function', 'grant execute on function renkei_api.begin_batch to public', 'renkei_api.begin_batch(integer)'),
	('everybody may execute a function', 'create function renkei_api.later() returns void language sql as ''''', 'renkei_api.later()'),
	('a function of renkei is granted', 'grant execute on function renkei.decode_message(bytea, text) to renkei_daemon', 'decode_message renkei_daemon'),
	('a function is called leakproof', 'alter function renkei.is_lg_code leakproof', 'renkei.is_lg_code(text)'),
	('a function with its owner''s rights has no fixed search path', 'alter function renkei_api.begin_batch reset search_path', 'renkei_api.begin_batch(integer)'),
	('a function with its owner''s rights has no fixed search path', 'alter function renkei_api.begin_batch set search_path = pg_temp, pg_catalog', 'renkei_api.begin_batch(integer)'),
	('a granted function runs with its caller''s rights', 'alter function renkei_api.get_report security invoker', 'renkei_api.get_report(jsonb)'),
	('a function sets row security or durability aside', 'alter function renkei_api.get_report set synchronous_commit = off', 'renkei_api.get_report(jsonb)'),
	('a function sets row security or durability aside', 'create or replace function renkei_api.begin_batch(p_timeout_ms integer) returns void language sql security definer
		set search_path = pg_catalog, pg_temp as $x$ select set_config(''row_security'', ''off'', true) $x$', 'renkei_api.begin_batch(integer)'),
	('a view without barrier', 'alter view renkei_api.needs reset (security_barrier)', 'needs'),
	('a view without barrier', 'alter view renkei_api.needs set (security_barrier = false)', 'needs'),
	('a materialised view or foreign table', 'create materialized view renkei_api.copied as select * from renkei.need', 'copied'),
	('a role may too much', 'alter role renkei_daemon bypassrls', 'renkei_daemon'),
	('a role may too much', 'alter role renkei_analyst superuser', 'renkei_analyst'),
	('a role may too much', 'alter role renkei_migrate createrole', 'renkei_migrate'),
	('a role may too much', 'alter role renkei_owner login', 'renkei_owner'),
	('a role may too much', 'alter role renkei_daemon inherit', 'renkei_daemon'),
	('a role is a member of another', 'grant renkei_owner to renkei_daemon', 'renkei_daemon renkei_owner'),
	('a role is a member of another', 'grant pg_read_all_data to renkei_analyst', 'renkei_analyst pg_read_all_data'),
	('a role is a member of another', 'grant renkei_owner to renkei_migrate with admin option', 'renkei_migrate renkei_owner'),
	('a role or the database overrides a setting', 'alter role renkei_daemon set synchronous_commit = off', 'renkei_daemon synchronous_commit=off'),
	('a role or the database overrides a setting', 'alter role renkei_daemon set renkei.tenant = ''*''', 'renkei_daemon renkei.tenant=*'),
	('a role or the database overrides a setting', 'do $x$ begin execute format(''alter database %I set synchronous_commit = off'', current_database()); end $x$', current_database() || ' synchronous_commit=off'),
	('a role or the database overrides a setting', 'alter role all set row_security = off', 'all row_security=off');
select is(pg_temp.named(h.ddl, h.rule), h.object, h.rule || ': ' || h.object) from hole h;
select is_empty('select * from finding order by 1, 2', 'and every hole was closed again');
-- A branch that no hole is made for proves nothing.
select is_empty($$select rule from regexp_matches(pg_get_viewdef('finding'), $r$SELECT '((?:[^']|'')*)'::text AS rule|UNION ALL\s+SELECT '((?:[^']|'')*)'::text$r$, 'g') m,
	replace(coalesce(m[1], m[2]), '''''', '''') as rule where rule not in (select rule from hole)$$, 'every rule was seen to find something');
select * from finish();
rollback;
