#include "base/clock.h"
#include "check.h"
#include "db/migrate.h"
#include "db/plain.h"
#include "demo/demo.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[] = P_tmpdir "/renkei-demo-XXXXXX";
static struct rk_demo *demo;

/* Runs a shell script with two arguments. */
static int shell(const char *script, const char *a, const char *b)
{
	char *const argv[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(script), (char[]){"sh"},
		strdup(a), strdup(b), NULL};
	int end = -1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)execv("/bin/sh", argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &end, 0) != pid)
		end = -1;
	free(argv[2]);
	free(argv[4]);
	free(argv[5]);
	return end;
}

static const char *ask(const char *conninfo, const char *sql)
{
	static char text[512];
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	struct rk_err err = {0};

	if (rk_plain_open(conninfo, &plain, &err) != RK_OK ||
		rk_plain_ask(plain, sql, 0, NULL, &out, &err) != RK_OK)
		fail_msg("%s: %s", sql, err.text);
	(void)snprintf(text, sizeof(text), "%.*s", (int)out.len, (const char *)out.at);
	return text;
}

static void prepare(void)
{
	struct rk_err err = {0};

	if (rk_demo_prepare(folder, 0, stderr, &demo, &err) != RK_OK)
		fail_msg("%s", err.text);
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	rk_demo_finish(&demo);
	return shell("rm -rf -- \"$1\"", folder, "");
}

static void a_new_folder_becomes_a_platform(void **unused)
{
	(void)unused;
	prepare();
	assert_string_equal(
		ask(demo->admin_conninfo, "select count(*) from renkei.principal"), "26");
	assert_string_equal(
		ask(demo->admin_conninfo, "select count(*) from renkei.certificate"), "26");
	assert_string_equal(ask(demo->admin_conninfo, "show fsync"), "on");
	assert_string_equal(ask(demo->admin_conninfo, "show data_checksums"), "on");
	assert_string_equal(ask(demo->admin_conninfo, "show listen_addresses"), "");
	assert_string_equal(
		ask(demo->admin_conninfo,
			"select datlocprovider::text || daticulocale from pg_database where datname = 'renkei'"),
		"iund");
	assert_string_equal(
		ask(demo->conninfo, "select count(*) from renkei_api.check_safety()"), "0");
}

static void the_schema_fits_the_program(void **unused)
{
	RK_AUTO(rk_plain_close) struct rk_plain *plain = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_plain_open(demo->conninfo, &plain, &err), RK_OK);
	if (rk_migrate_check(plain, &err) != RK_OK)
		fail_msg("%s", err.text);
	assert_string_equal(
		ask(demo->admin_conninfo,
			"select type_name from renkei.wire_field where message = 'renkei.v1.Report' and name = 'activities'"),
		"renkei.v1.Activity");
}

static void a_second_demo_in_the_folder_is_refused(void **unused)
{
	struct rk_demo *second = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_demo_prepare(folder, 0, NULL, &second, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "DEMO_IN_USE");
}

static void a_folder_of_other_things_is_refused_and_left_as_it_was(void **unused)
{
	char other[] = P_tmpdir "/renkei-demo-other-XXXXXX";
	struct rk_demo *second = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_non_null(mkdtemp(other));
	assert_int_equal(shell("touch \"$1/thesis\"", other, ""), 0);
	assert_int_equal(rk_demo_prepare(other, 0, NULL, &second, &err), RK_FAILED_PRECONDITION);
	assert_string_equal(err.reason, "DEMO_FOLDER");
	assert_int_equal(shell("test \"$(ls \"$1\")\" = thesis", other, ""), 0);
	assert_int_equal(shell("rm -rf -- \"$1\"", other, ""), 0);
}

static void two_demos_at_once_do_not_collide(void **unused)
{
	char other[] = P_tmpdir
		"/renkei-demo-a-folder-whose-path-is-much-too-long-for-the-address-of-a-unix-socket-XXXXXX";
	struct rk_demo *second = NULL;
	struct rk_err err = {0};

	(void)unused;
	assert_non_null(mkdtemp(other));
	if (rk_demo_prepare(other, 0, NULL, &second, &err) != RK_OK)
		fail_msg("%s", err.text);
	assert_string_equal(
		ask(second->admin_conninfo, "select count(*) from renkei.principal"), "26");
	assert_string_equal(
		ask(demo->admin_conninfo, "select count(*) from renkei.principal"), "26");
	rk_demo_finish(&second);
	assert_int_equal(shell("test -L \"$1/sock\" && ! test -e \"$2/sock\"", other, other), 0);
	assert_int_equal(shell("rm -rf -- \"$1\"", other, ""), 0);
}

static void demo_env_says_where_everything_is(void **unused)
{
	struct rk_err err = {0};

	(void)unused;
	assert_int_equal(rk_demo_ready(demo, "127.0.0.1", 4711, &err), RK_OK);
	assert_int_equal(
		shell("set -eu; . \"$1/demo.env\"; test \"$RENKEI_SERVER\" = 127.0.0.1:4711; test -s \"$RENKEI_CERT_401005\"; "
		      "test -s \"$RENKEI_KEY_SECRETARIAT\"; test -s \"$RENKEI_CA\"; test -s \"$RENKEI_RECEIPT_KEY\"; "
		      "test \"$(psql -XAtc 'select 1')\" = 1",
			folder, ""),
		0);
}

static void openssl_accepts_the_certificates_strictly(void **unused)
{
	(void)unused;
	assert_int_equal(
		shell("cd \"$1/keys\" && openssl verify -x509_strict -check_ss_sig -purpose sslserver -verify_ip 127.0.0.1 -CAfile ca.crt server.crt"
		      " && openssl verify -x509_strict -purpose sslserver -verify_hostname localhost -CAfile ca.crt server.crt"
		      " && for c in 401005 secretariat analyst operator ministry; do openssl verify -x509_strict -purpose sslclient -CAfile ca.crt $c.crt || exit 1; done"
		      " && openssl x509 -in 401005.crt -noout -ext subjectAltName | grep -q 'URI:renkei://demo.renkei/municipality/401005'"
		      " && ! openssl verify -purpose sslserver -CAfile ca.crt 401005.crt 2>/dev/null"
		      " && openssl pkey -pubin -in receipt.pub.pem -noout -text | grep -q ED25519",
			folder, ""),
		0);
	assert_string_equal(
		ask(demo->admin_conninfo,
			"select count(*) from renkei.certificate where not_after > now() + interval '2 years'"),
		"26");
}

static void private_keys_are_their_owners_alone(void **unused)
{
	(void)unused;
	assert_int_equal(
		shell("test $(find \"$1/keys\" -name '*.key' -perm 600 | wc -l) = 29 -a $(find \"$2/keys\" -name '*.key' | wc -l) = 29",
			folder, folder),
		0);
}

static void a_stopped_demo_is_resumed_with_its_data_and_keys(void **unused)
{
	char before[64], after[64];

	(void)unused;
	(void)snprintf(before, sizeof(before), "%s",
		ask(demo->admin_conninfo,
			"select md5(string_agg(encode(spki_sha256, 'hex'), ',' order by spki_sha256)) from renkei.certificate"));
	rk_demo_finish(&demo);
	prepare();
	(void)snprintf(after, sizeof(after), "%s",
		ask(demo->admin_conninfo,
			"select md5(string_agg(encode(spki_sha256, 'hex'), ',' order by spki_sha256)) from renkei.certificate"));
	assert_string_equal(before, after);
}

static void a_crash_of_postgresql_is_recovered_from(void **unused)
{
	pid_t pid = demo->postmaster;

	(void)unused;
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	rk_demo_finish(&demo);
	prepare();
	assert_string_equal(
		ask(demo->admin_conninfo, "select count(*) from renkei.principal"), "26");
}

/* A process that has ended, also where its new parent does not collect it. */
static bool has_ended(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *file;

	if (kill(pid, 0) != 0)
		return true;
	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 'Z';
	(void)fclose(file);
	return state == 'Z';
}

static void postgresql_ends_with_the_process_that_started_it(void **unused)
{
	int pipes[2];
	pid_t child, postmaster = 0;

	(void)unused;
	rk_demo_finish(&demo);
	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rk_demo *own = NULL;
		struct rk_err err;

		if (rk_demo_prepare(folder, 0, NULL, &own, &err) != RK_OK ||
			write(pipes[1], &own->postmaster, sizeof(own->postmaster)) < 0)
			_exit(1);
		(void)pause();
		_exit(0);
	}
	(void)close(pipes[1]);
	assert_int_equal(read(pipes[0], &postmaster, sizeof(postmaster)), (int)sizeof(postmaster));
	(void)close(pipes[0]);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	for (int64_t until = rk_clock_ms() + 20000;
		!has_ended(postmaster) && rk_clock_ms() < until;)
		(void)usleep(20000);
	assert_true(has_ended(postmaster));
	prepare();
	assert_string_equal(
		ask(demo->admin_conninfo, "select count(*) from renkei.principal"), "26");
}

static void a_folder_that_postgresqls_user_cannot_enter_works_too(void **unused)
{
	char outer[] = P_tmpdir "/renkei-demo-closed-XXXXXX", inner[64];
	struct rk_demo *second = NULL;
	struct rk_err err = {0};

	(void)unused;
	if (geteuid() != 0)
		skip();
	assert_non_null(mkdtemp(outer));
	(void)snprintf(inner, sizeof(inner), "%s/x", outer);
	if (rk_demo_prepare(inner, 0, NULL, &second, &err) != RK_OK)
		fail_msg("%s", err.text);
	assert_string_equal(
		ask(second->admin_conninfo, "select count(*) from renkei.principal"), "26");
	rk_demo_finish(&second);
	if (rk_demo_prepare(inner, 0, NULL, &second, &err) != RK_OK)
		fail_msg("%s", err.text);
	rk_demo_finish(&second);
	assert_int_equal(shell("test -d \"$1/pg/base\" && rm -rf -- \"$2\"", inner, outer), 0);
}

/* The same program again as somebody who is not root. */
static void an_ordinary_user_can_do_the_same(void **unused)
{
	char dir[] = P_tmpdir "/renkei-demo-user-XXXXXX";
	pid_t child;
	int end;

	(void)unused;
	if (geteuid() != 0)
		skip();
	assert_non_null(mkdtemp(dir));
	assert_int_equal(shell("chown nobody \"$1\"", dir, ""), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct rk_demo *own = NULL;
		struct rk_err err;
		struct stat st;

		if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0 ||
			rk_demo_prepare(dir, 0, NULL, &own, &err) != RK_OK ||
			stat(own->receipt_key, &st) != 0 || st.st_uid != 65534)
			_exit(1);
		rk_demo_finish(&own);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &end, 0), child);
	assert_int_equal(end, 0);
	assert_int_equal(shell("rm -rf -- \"$1\"", dir, ""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_folder_becomes_a_platform),
		cmocka_unit_test(the_schema_fits_the_program),
		cmocka_unit_test(a_second_demo_in_the_folder_is_refused),
		cmocka_unit_test(a_folder_of_other_things_is_refused_and_left_as_it_was),
		cmocka_unit_test(two_demos_at_once_do_not_collide),
		cmocka_unit_test(demo_env_says_where_everything_is),
		cmocka_unit_test(openssl_accepts_the_certificates_strictly),
		cmocka_unit_test(private_keys_are_their_owners_alone),
		cmocka_unit_test(a_stopped_demo_is_resumed_with_its_data_and_keys),
		cmocka_unit_test(a_crash_of_postgresql_is_recovered_from),
		cmocka_unit_test(postgresql_ends_with_the_process_that_started_it),
		cmocka_unit_test(a_folder_that_postgresqls_user_cannot_enter_works_too),
		cmocka_unit_test(an_ordinary_user_can_do_the_same),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
