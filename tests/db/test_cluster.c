#include "postgres.h"

#include <signal.h>
#include <string.h>

/* A session that looks for nothing but its own time limit for a while. */
static pid_t busy_session(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct rk_err err;

		_exit(postgres_try("postgres",
			      "set statement_timeout = '4s'; do $$ begin loop end loop; end $$",
			      &err) == RK_OK);
	}
	assert_true(pid > 0);
	return pid;
}

/* A process that has ended has no working directory, even when nobody has waited for it. */
static bool is_running(const char *pid)
{
	char path[64], cwd[256];

	(void)snprintf(path, sizeof(path), "/proc/%s/cwd", pid);
	return readlink(path, cwd, sizeof(cwd)) > 0;
}

static void a_server_waits_for_the_backends_of_the_one_that_was_killed(void **unused)
{
	static const char find[] =
		"select coalesce((select pid::text from pg_stat_activity where query like '%end loop%' and pid <> pg_backend_pid()), '')";
	const char *backend = "";
	struct rk_err err = {0};
	pid_t session;

	(void)unused;
	session = busy_session();
	for (int tries = 0; !*backend && tries < 100; tries++) {
		(void)usleep(50000);
		backend = postgres_ask("postgres", find);
	}
	assert_true(*backend);
	rk_cluster_stop(postgres, SIGKILL);
	assert_true(is_running(backend));
	assert_ok(rk_cluster_start(postgres, &err), err);
	assert_false(is_running(backend));
	assert_int_equal(waitpid(session, NULL, 0), session);
	assert_string_equal(postgres_ask("postgres", "select 1"), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_waits_for_the_backends_of_the_one_that_was_killed),
	};

	return cmocka_run_group_tests(tests, postgres_setup, postgres_teardown);
}
