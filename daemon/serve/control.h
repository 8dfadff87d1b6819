/* control.h - the unix socket of `renkeid ctl`: one word a connection, an answer in text. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* Listens on path, mode 0600; what a daemon that died left there is removed, and a folder that is missing is made.
 * Errors: RK_ALREADY_EXISTS another daemon answers there; RK_PERMISSION_DENIED, RK_INVALID_ARGUMENT. */
RK_MUST_USE enum rk_status rk_control_listen(const char *path, int *fd, struct rk_err *err);
/* A daemon answers there. */
bool rk_control_answers(const char *path);
/* Whether rk_control_listen could make the socket: its folder is there or can be made, and may be written to. */
RK_MUST_USE enum rk_status rk_control_try(const char *path, struct rk_err *err);
/* Accepts one and reads its word, waiting a second at most; *client is -1 when there was none. */
void rk_control_accept(int fd, int *client, char word[32]);
/* Writes the answer and closes; *client becomes -1. */
void rk_control_answer(int *client, const char *format, ...) RK_PRINTF(2, 3);
/* The other end: sends the word, appends the answer, waiting at most a minute. */
RK_MUST_USE enum rk_status rk_control_ask(
	const char *path, const char *word, struct rk_buf *answer, struct rk_err *err);
