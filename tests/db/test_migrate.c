#include "base/log.h"
#include "db/migrate.h"
#include "db/migrate_core.h"
#include "postgres.h"

static const char start[] =
	"create schema renkei;\n"
	"create table renkei.migration (number integer primary key, name text, sha256 text,"
	" applied_at timestamptz default clock_timestamp(), version text);\n"
	"create table renkei.wire_field (message text, number integer, name text, type text, repeated boolean, optional boolean, type_name text);\n"
	"create table renkei.wire_enum (type_name text, number integer, name text);\n";

#define FILE_START                                       \
	{                                                \
		"migrations/0001_start.sql", "aa", start \
	}
#define FILE_STATE                                                                                                 \
	{                                                                                                          \
		"functions/schema_state.sql", "s1",                                                                \
			"create function renkei_api.schema_state() returns table (number integer) language sql as" \
			" $$ select m.number from renkei.migration m $$;"                                          \
	}
/* Each needs the one after it. */
#define FILE_VIEWS                                                                                \
	{"views/a.sql", "v1", "create view renkei_api.a as select * from renkei_api.b;"},         \
	{                                                                                         \
		"views/b.sql", "v2",                                                              \
			"create view renkei_api.b as select renkei_api.schema_state() as number;" \
	}

static const struct rk_sql_file one[] = {
	FILE_STATE, FILE_START, FILE_VIEWS, {NULL, NULL, NULL}
};
static const struct rk_sql_file two[] = {
	FILE_STATE, FILE_START,
	{"migrations/0002_more.sql", "bb", "create table renkei.more (id integer);"},
         FILE_VIEWS,
	{NULL,		       NULL, NULL				    }
};

static int setup(void **state)
{
	if (postgres_setup(state) != 0)
		return -1;
	rk_log_set(RK_LOG_ERROR, 2);
	postgres_run("postgres",
		"create role renkei_owner nologin; create role renkei_migrate login noinherit;"
		"create role renkei_daemon login; create role renkei_analyst login; grant renkei_owner to renkei_migrate");
	return 0;
}

static void fresh(const char *database)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "create database %s owner renkei_owner", database);
	postgres_run("postgres", sql);
}

static enum rk_status migrate(
	const char *database, const struct rk_sql_file *files, struct rk_err *err)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;

	*err = (struct rk_err){0};
	assert_int_equal(
		rk_plain_open(postgres_conninfo("renkei_migrate", database), &plain, err), RK_OK);
	return rk_migrate_files(plain, files, NULL, err);
}

static void must_migrate(const char *database, const struct rk_sql_file *files)
{
	struct rk_err err;

	if (migrate(database, files, &err) != RK_OK)
		fail_msg("%s", err.text);
}

static void files_are_applied_once_in_order_and_written_down(void **unused)
{
	(void)unused;
	fresh("once");
	must_migrate("once", one);
	must_migrate("once", one);
	assert_string_equal(
		postgres_ask("once",
			"select string_agg(number || name || sha256 || version, ',') from renkei.migration"),
		"10001_start.sqlaa" RENKEI_VERSION);
	must_migrate("once", two);
	assert_string_equal(
		postgres_ask("once",
			"select string_agg(number::text, ',' order by number) from renkei.migration"),
		"1,2");
	assert_string_equal(postgres_ask("once", "select max(number) from renkei_api.a"), "2");
	assert_string_equal(
		postgres_ask("once", "select tableowner from pg_tables where tablename = 'more'"),
		"renkei_owner");
}

static void the_messages_of_a_report_are_written_down(void **unused)
{
	(void)unused;
	assert_string_equal(postgres_ask("once",
				    "select type || type_name || repeated from renkei.wire_field"
				    " where message = 'renkei.v1.Report' and name = 'activities'"),
		"messagerenkei.v1.Activitytrue");
	assert_string_equal(
		postgres_ask("once",
			"select count(*) from renkei.wire_field f where type = 'message'"
			" and not exists (select from renkei.wire_field g where g.message = f.type_name)"),
		"0");
	assert_string_equal(
		postgres_ask("once",
			"select count(*) from renkei.wire_field f where type = 'enum'"
			" and not exists (select from renkei.wire_enum e where e.type_name = f.type_name and e.number = 0)"),
		"0");
}

static void an_edited_migration_is_refused_by_name(void **unused)
{
	const struct rk_sql_file edited[] = {
		{"migrations/0001_start.sql", "ab", start},
                two[2], {NULL,                        NULL, NULL }
        };
	struct rk_err err;

	(void)unused;
	assert_int_equal(migrate("once", edited, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "MIGRATION_CHANGED");
	assert_non_null(strstr(err.text, "migrations/0001_start.sql"));
}

static void a_newer_database_is_refused(void **unused)
{
	struct rk_err err;

	(void)unused;
	assert_int_equal(migrate("once", one, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "SCHEMA_MISMATCH");
	assert_non_null(strstr(err.text, "the database is newer"));
}

static void a_broken_migration_leaves_nothing_and_names_file_and_line(void **unused)
{
	const struct rk_sql_file broken[] = {
		FILE_STATE, FILE_START,
		{"migrations/0002_bad.sql", "cc",
			      "create table renkei.half (id integer);\n-- 註\ncreate tabel x;"},
		{NULL,                      NULL, NULL                            }
        };
	struct rk_err err;

	(void)unused;
	fresh("broken");
	assert_int_not_equal(migrate("broken", broken, &err), RK_OK);
	assert_non_null(strstr(err.text, "sql/migrations/0002_bad.sql: line 3:"));
	assert_string_equal(
		postgres_ask("broken", "select to_regclass('renkei.half') is null"), "t");
	assert_string_equal(postgres_ask("broken", "select count(*) from renkei.migration"), "1");
}

static void a_function_that_cannot_be_built_leaves_the_old_ones(void **unused)
{
	const struct rk_sql_file broken[] = {
		FILE_STATE, FILE_START,
		{"migrations/0002_more.sql", "bb", "create table renkei.more (id integer);"},
		FILE_VIEWS,
		{"views/c.sql",              "v3",
			      "create view renkei_api.c as\nselect nothing_there from renkei.more;"     },
		{NULL,		       NULL, NULL				    }
        };
	struct rk_err err;

	(void)unused;
	assert_int_not_equal(migrate("once", broken, &err), RK_OK);
	assert_non_null(strstr(err.text, "sql/views/c.sql: line 2:"));
	assert_string_equal(postgres_ask("once", "select max(number) from renkei_api.a"), "2");
}

static void a_foreign_view_stops_the_rebuild_by_name(void **unused)
{
	struct rk_err err;

	(void)unused;
	fresh("foreign_db");
	must_migrate("foreign_db", one);
	postgres_run("foreign_db",
		"create schema analyst; create view analyst.mine as select * from renkei_api.a");
	assert_int_equal(migrate("foreign_db", one, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "FOREIGN_OBJECTS");
	assert_non_null(strstr(err.text, "analyst.mine"));
	assert_string_equal(postgres_ask("foreign_db", "select count(*) from analyst.mine"), "1");
	postgres_run("foreign_db",
		"drop view analyst.mine; create function renkei_api.stray() returns integer language sql as $$ select 1 $$");
	assert_int_equal(migrate("foreign_db", one, &err), RK_FAILED_PRECONDITION);
	assert_non_null(strstr(err.text, "stray"));
	postgres_run("foreign_db", "drop function renkei_api.stray()");
	must_migrate("foreign_db", one);
}

static void a_second_migration_at_once_is_told_to_wait(void **unused)
{
	RK_AUTO(rk_plain_close) struct rk_plain *other = NULL;
	struct rk_err err;

	(void)unused;
	assert_int_equal(rk_plain_open(postgres_conninfo("postgres", "once"), &other, &err), RK_OK);
	assert_int_equal(
		rk_plain_run(other, "select pg_advisory_lock(125779969795433)", &err), RK_OK);
	assert_int_equal(migrate("once", two, &err), RK_ABORTED);
}

static void a_lock_that_fails_otherwise_keeps_its_reason(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	fresh("unlocked");
	postgres_run("unlocked", "revoke execute on function pg_advisory_lock(bigint) from public");
	assert_int_equal(migrate("unlocked", one, &err), RK_INTERNAL);
	assert_non_null(strstr(err.text, "pg_advisory_lock"));
}

static void a_gap_in_the_numbers_is_a_mistake_of_the_build(void **unused)
{
	const struct rk_sql_file gap[] = {
		FILE_START, {"migrations/0003_x.sql", "dd", "select 1"},
                 {NULL,                    NULL, NULL      }
        };
	struct rk_err err;

	(void)unused;
	assert_int_equal(migrate("once", gap, &err), RK_INTERNAL);
	assert_non_null(strstr(err.text, "0003_x.sql"));
}

static enum rk_status print_plain(FILE *out, struct rk_err *err)
{
	return rk_migrate_print_files(out, two, err);
}

static int by_hand(const char *database, enum rk_status (*print)(FILE *out, struct rk_err *err))
{
	char path[128], command[512];
	struct rk_err err;
	FILE *out;

	(void)snprintf(path, sizeof(path), "%s/print.sql", postgres_dir);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(print(out, &err), RK_OK);
	assert_int_equal(fclose(out), 0);
	(void)snprintf(command, sizeof(command),
		"PGOPTIONS='-c client_min_messages=warning' psql -XqAt -h %s -U renkei_migrate -d %s -f %s >/dev/null",
		rk_cluster_socket(postgres), database, path);
	return system(command);
}

static void what_is_printed_does_the_same_by_hand(void **unused)
{
	(void)unused;
	fresh("by_hand");
	assert_int_equal(by_hand("by_hand", print_plain), 0);
	assert_int_equal(by_hand("by_hand", print_plain), 0);
	must_migrate("by_hand", two);
	assert_string_equal(
		postgres_ask("by_hand",
			"select string_agg(number || sha256, ',' order by number) from renkei.migration"),
		"1aa,2bb");
	assert_string_equal(postgres_ask("by_hand", "select max(number) from renkei_api.a"), "2");
}

static void the_real_files_by_hand_make_what_serve_accepts(void **unused)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	struct rk_err err = {0};

	(void)unused;
	if (rk_migrate_newest() == 0)
		skip();
	fresh("really");
	assert_int_equal(by_hand("really", rk_migrate_print), 0);
	assert_int_equal(
		rk_plain_open(postgres_conninfo("renkei_daemon", "really"), &plain, &err), RK_OK);
	if (rk_migrate_check(plain, &err) != RK_OK)
		fail_msg("%s", err.text);
	assert_int_equal(by_hand("really", rk_migrate_print), 0);
	postgres_run("really",
		"update renkei.migration set sha256 = 'ee' || substr(sha256, 3) where number = 2");
	assert_int_equal(rk_migrate_check(plain, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "SCHEMA_MISMATCH");
	assert_non_null(strstr(err.text, "sql/migrations/0002_"));
	assert_non_null(strstr(err.text, "is not what was applied to this database"));
}

static void a_database_without_a_schema_is_told_to_migrate(void **unused)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(
		rk_plain_open(postgres_conninfo("renkei_daemon", "postgres"), &plain, &err), RK_OK);
	assert_int_equal(rk_migrate_check(plain, &err), RK_FAILED_PRECONDITION);
	assert_non_null(strstr(err.text, "run renkeid migrate"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_applied_once_in_order_and_written_down),
		cmocka_unit_test(the_messages_of_a_report_are_written_down),
		cmocka_unit_test(an_edited_migration_is_refused_by_name),
		cmocka_unit_test(a_newer_database_is_refused),
		cmocka_unit_test(a_broken_migration_leaves_nothing_and_names_file_and_line),
		cmocka_unit_test(a_function_that_cannot_be_built_leaves_the_old_ones),
		cmocka_unit_test(a_foreign_view_stops_the_rebuild_by_name),
		cmocka_unit_test(a_second_migration_at_once_is_told_to_wait),
		cmocka_unit_test(a_lock_that_fails_otherwise_keeps_its_reason),
		cmocka_unit_test(a_gap_in_the_numbers_is_a_mistake_of_the_build),
		cmocka_unit_test(what_is_printed_does_the_same_by_hand),
		cmocka_unit_test(the_real_files_by_hand_make_what_serve_accepts),
		cmocka_unit_test(a_database_without_a_schema_is_told_to_migrate),
	};

	return cmocka_run_group_tests(tests, setup, postgres_teardown);
}
