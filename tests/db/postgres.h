/* postgres.h - a PostgreSQL of its own for a test program: made by its group setup, gone with its group teardown. */
#pragma once
#include "check.h"
#include "db/plain.h"
#include "demo/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct rk_cluster *postgres;
static char postgres_dir[] = P_tmpdir "/renkei-test-XXXXXX";
static struct rk_arena postgres_arena;

static inline const char *postgres_conninfo(const char *user, const char *database)
{
	const char *conninfo = rk_cluster_conninfo(postgres, &postgres_arena, user, database);

	assert_non_null(conninfo);
	return conninfo;
}

static inline enum rk_status postgres_try(const char *database, const char *sql, struct rk_err *err)
{
	struct rk_plain *plain = NULL;
	enum rk_status status = rk_plain_open(postgres_conninfo("postgres", database), &plain, err);

	if (status == RK_OK)
		status = rk_plain_run(plain, sql, err);
	rk_plain_close(&plain);
	return status;
}

/* Runs SQL as the superuser. */
static inline void postgres_run(const char *database, const char *sql)
{
	struct rk_err err = {0};

	if (postgres_try(database, sql, &err) != RK_OK)
		fail_msg("%s\n%s", err.text, sql);
}

/* First column of the first row; borrowed until the end of the program. */
static inline const char *postgres_ask(const char *database, const char *sql)
{
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0};
	struct rk_plain *plain = NULL;
	struct rk_err err = {0};
	const char *text;

	if (rk_plain_open(postgres_conninfo("postgres", database), &plain, &err) != RK_OK ||
		rk_plain_ask(plain, sql, 0, NULL, &out, &err) != RK_OK)
		fail_msg("%s\n%s", err.text, sql);
	rk_plain_close(&plain);
	text = rk_arena_slice(&postgres_arena, rk_buf_slice(&out));
	assert_non_null(text);
	return text;
}

static inline int postgres_setup(void **state)
{
	static const char *const settings[] = {"shared_buffers=16MB", "max_wal_size=128MB", NULL};
	struct rk_err err = {0};

	(void)state;
	if (!mkdtemp(postgres_dir) ||
		rk_cluster_open(postgres_dir, settings, NULL, &postgres, &err) != RK_OK) {
		(void)fprintf(stderr, "%s: %s\n", postgres_dir, err.text);
		return -1;
	}
	return 0;
}

static inline int postgres_teardown(void **state)
{
	char *const rm[] = {(char[]){"rm"}, (char[]){"-rf"}, (char[]){"--"}, postgres_dir, NULL};
	pid_t pid;

	(void)state;
	rk_cluster_close(&postgres);
	rk_arena_clear(&postgres_arena);
	pid = fork();
	if (pid == 0) {
		(void)execv("/bin/rm", rm);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : -1;
}
