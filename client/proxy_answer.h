/* proxy_answer.h - what an HTTP proxy answers to CONNECT: the head of a response of HTTP/1, RFC 9112.  Bytes in, no sockets. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

/* No honest proxy says so much before it opens the way. */
#define RK_PROXY_HEAD_MAX 16384

struct rk_proxy_answer {
	size_t len;       /* bytes of the head; 0: it is not whole yet */
	int status;       /* 100 to 599 */
	char phrase[64];  /* behind the status: printable ASCII, cut, perhaps "" */
	char schemes[96]; /* how it wants to be logged into, "Negotiate, NTLM"; "" = not said */
	bool basic;       /* Basic is one of them */
};

/* rk_proxy_answer_read looks at all that has come so far.
 *
 * Returns RK_OK with answer->len above 0 when the head is whole, else with 0: more has to come.
 * Errors: RK_INVALID_ARGUMENT    this is no response of HTTP/1
 *         RK_RESOURCE_EXHAUSTED  the head has more than RK_PROXY_HEAD_MAX bytes */
RK_MUST_USE enum rk_status rk_proxy_answer_read(
	struct rk_slice bytes, struct rk_proxy_answer *answer, struct rk_err *err);
