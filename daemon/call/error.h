/* error.h - rk_err and a refusal's detail to the trailers of a reply. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "words/say.h"

#include "renkei/v1/problem.pb-c.h"

/* What an error reply tells. */
struct rk_error {
	const struct rk_err *err;
	/* {"reason": ..., "field": ..., "metadata": {...}} of a refusal by SQL, with "violations": [...] of the same members
	 * where there are several mistakes; at == NULL: none */
	struct rk_slice detail;
	const Renkei__V1__Verdict *verdict; /* NULL: none */
	const char *request_id;             /* the client's, or the call's own */
	const char *write_id; /* the client's, for its sentences; NULL: a read, which has none */
	const char *incident; /* what to ask the operator for; NULL: nothing */
	enum rk_language language; /* of the descriptions of fields, and of the sentence */
};

/* rk_error_status appends the serialised google.rpc.Status: ErrorInfo, RequestInfo, LocalizedMessage in ja, en and zh,
 * RetryInfo where waiting helps, BadRequest and Verdict for findings.
 *
 * Clients take 8 KiB of trailers in all, so the findings are cut to what fits (metadata findings_shown says how many); the
 * whole verdict is what CheckReport is for.  Violations are cut the same way. */
RK_MUST_USE enum rk_status rk_error_status(
	struct rk_arena *arena, const struct rk_error *error, struct rk_buf *out);

/* The sentence in error->language, in the arena or borrowed from error. */
const char *rk_error_sentence(struct rk_arena *arena, const struct rk_error *error);
/* The detail of a message that is too large: its size and the limit, for its sentence. */
struct rk_slice rk_error_size(struct rk_arena *arena, size_t size, size_t limit);
/* Nobody foresaw it: the sentence belongs into the log.  What a client did wrong is its own fault
 * whatever the status, and UNKNOWN with a reason was meant. */
bool rk_error_is_ours(const struct rk_err *err);
/* How long to wait before trying again, milliseconds; 0: waiting does not help. */
int64_t rk_error_retry_ms(const struct rk_err *err);
/* The HTTP status of an error, for the replies that are no gRPC. */
int rk_error_http(enum rk_status status);
