/* migrate_sql.h - the statements of the migration itself, the same when it runs and when it is printed. */
#pragma once

#define RK_SQL_LOCK_KEY "125779969795433" /* "renkei" */

/* Nobody else's work may vanish with the rebuild: what hangs on renkei_api, or stands in it and is not ours, stops it. */
#define RK_SQL_REFUSE_FOREIGN                                                                                                      \
	"do $foreign$\n"                                                                                                           \
	"declare\n"                                                                                                                \
	"\tnames text;\n"                                                                                                          \
	"begin\n"                                                                                                                  \
	"\twith api as (\n"                                                                                                        \
	"\t\tselect 'pg_class'::regclass::oid as classid, oid as objid, relowner as owner from pg_catalog.pg_class\n"              \
	"\t\twhere relnamespace = to_regnamespace('renkei_api')\n"                                                                 \
	"\t\tunion all select 'pg_proc'::regclass, oid, proowner from pg_catalog.pg_proc\n"                                        \
	"\t\twhere pronamespace = to_regnamespace('renkei_api')\n"                                                                 \
	"\t\tunion all select 'pg_type'::regclass, oid, typowner from pg_catalog.pg_type\n"                                        \
	"\t\twhere typnamespace = to_regnamespace('renkei_api')\n"                                                                 \
	"\t\tunion all select 'pg_rewrite'::regclass, r.oid, c.relowner from pg_catalog.pg_rewrite r\n"                            \
	"\t\tjoin pg_catalog.pg_class c on c.oid = r.ev_class where c.relnamespace = to_regnamespace('renkei_api'))\n"             \
	"\tselect string_agg(name, ', ' order by name) into names from (\n"                                                        \
	"\t\tselect distinct pg_describe_object(d.classid, d.objid, 0) as name from pg_catalog.pg_depend d\n"                      \
	"\t\tjoin api r on r.classid = d.refclassid and r.objid = d.refobjid\n"                                                    \
	"\t\twhere d.deptype in ('n', 'a') and not exists (select from api a where a.classid = d.classid and a.objid = d.objid)\n" \
	"\t\tunion select pg_describe_object(classid, objid, 0) from api\n"                                                        \
	"\t\twhere owner <> current_user::regrole and classid in ('pg_class'::regclass, 'pg_proc'::regclass)) as f;\n"             \
	"\tif names is not null then\n"                                                                                            \
	"\t\traise exception 'renkei_api cannot be rebuilt while these depend on it: %', names using errcode = '2BP01';\n"         \
	"\tend if;\n"                                                                                                              \
	"end $foreign$;\n"

#define RK_SQL_REBUILD                                                                                                         \
	"set local check_function_bodies = off;\n"                                                                             \
	"drop schema if exists renkei_api cascade;\n"                                                                          \
	"create schema renkei_api;\n"                                                                                          \
	"comment on schema renkei_api is 'Functions called by renkeid and views for analysts; rebuilt at every migration.';\n" \
	"revoke all on schema renkei_api from public;\n"                                                                       \
	"grant usage on schema renkei_api to renkei_daemon, renkei_migrate, renkei_analyst;\n"

/* Printed: the files as an array of texts, with the same rule as build_api: what needs another one waits for it. */
#define RK_SQL_BUILD_BEGIN                                                            \
	"do $renkei_build$\ndeclare\n\tone text;\n\tproblem text;\n\tlater text[];\n" \
	"\twaiting text[] := array["
#define RK_SQL_BUILD_END                                             \
	"]::text[];\n"                                               \
	"begin\n"                                                    \
	"\twhile cardinality(waiting) > 0 loop\n"                    \
	"\t\tlater := '{}';\n"                                       \
	"\t\tforeach one in array waiting loop\n"                    \
	"\t\t\tbegin\n"                                              \
	"\t\t\t\texecute one;\n"                                     \
	"\t\t\texception when others then\n"                         \
	"\t\t\t\tlater := later || one;\n"                           \
	"\t\t\t\tproblem := sqlerrm || ' in: ' || left(one, 200);\n" \
	"\t\t\tend;\n"                                               \
	"\t\tend loop;\n"                                            \
	"\t\tif cardinality(later) = cardinality(waiting) then\n"    \
	"\t\t\traise exception '%', problem;\n"                      \
	"\t\tend if;\n"                                              \
	"\t\twaiting := later;\n"                                    \
	"\tend loop;\n"                                              \
	"end $renkei_build$;\n"

/* The schema says itself what it was built from: nothing beside it can disagree with it. */
#define RK_SQL_BUILT_FROM                                                                                                \
	"create function renkei_api.built_from() returns text language sql immutable\n"                                  \
	"set search_path = pg_catalog, pg_temp as $$ select '%s'::text $$;\n"                                            \
	"comment on function renkei_api.built_from() is 'SHA-256 over the SQL files of the program that built this.';\n" \
	"revoke all on function renkei_api.built_from() from public;\n"                                                  \
	"grant execute on function renkei_api.built_from() to renkei_daemon, renkei_migrate;\n"

#define RK_SQL_WIRE_FIELDS                                                                                                         \
	"delete from renkei.wire_field;\n"                                                                                         \
	"delete from renkei.wire_enum;\n"                                                                                          \
	"insert into renkei.wire_field (message, number, name, type, repeated, optional, type_name)\n"                             \
	"select message, number, name, type, repeated, optional, type_name\n"                                                      \
	"from jsonb_to_recordset($wire$%1$s$wire$::jsonb -> 'fields') as f (message text, number integer, name text, type text,\n" \
	"\trepeated boolean, optional boolean, type_name text);\n"                                                                 \
	"insert into renkei.wire_enum (type_name, number, name)\n"                                                                 \
	"select type_name, number, name\n"                                                                                         \
	"from jsonb_to_recordset($wire$%1$s$wire$::jsonb -> 'enums') as e (type_name text, number integer, name text);\n"
