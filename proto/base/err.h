/* err.h - how a function says that it failed, and why.
 *
 * Whatever can fail returns enum rk_status, whose numbers are gRPC's own (google.rpc.Code), and explains itself in its
 * last argument.  Return or log, never both; only the owner of a call turns an error into a reply.
 */
#pragma once
#include <stdarg.h>

enum rk_status {
	RK_OK = 0,
	RK_CANCELLED = 1,
	RK_UNKNOWN = 2,
	RK_INVALID_ARGUMENT = 3,
	RK_DEADLINE_EXCEEDED = 4,
	RK_NOT_FOUND = 5,
	RK_ALREADY_EXISTS = 6,
	RK_PERMISSION_DENIED = 7,
	RK_RESOURCE_EXHAUSTED = 8,
	RK_FAILED_PRECONDITION = 9,
	RK_ABORTED = 10,
	RK_OUT_OF_RANGE = 11,
	RK_UNIMPLEMENTED = 12,
	RK_INTERNAL = 13,
	RK_UNAVAILABLE = 14,
	RK_DATA_LOSS = 15,
	RK_UNAUTHENTICATED = 16,
};

/* An error: the status, a stable reason for programs ("VERSION_CONFLICT", may be empty) and one English sentence that
 * names the thing, the value and the limit.  Plain memory: copy it, nothing to free. */
struct rk_err {
	enum rk_status status;
	char reason[48];
	char text[464];
	char values
		[464]; /* what the sentence names, for those in other languages: see rk_err_values */
	int retry_ms; /* who refuses knows when it may be tried again, milliseconds; 0: as usual for the status */
};

#define RK_MUST_USE           __attribute__((warn_unused_result))
#define RK_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/* RK_AUTO(clear) struct rk_x x = {0}; calls clear(&x) at the end of the scope. */
#define RK_AUTO(clear) __attribute__((cleanup(clear)))

/* RK_TRY passes a failure up untouched. */
#define RK_TRY(expression)                                 \
	do {                                               \
		enum rk_status try_status_ = (expression); \
		if (try_status_ != RK_OK)                  \
			return try_status_;                \
	} while (0)

/* rk_fail fills err (which may be NULL) with status and the formatted sentence, cut at the size of err->text on a
 * character boundary, reason empty.  Returns status. */
enum rk_status rk_fail(struct rk_err *err, enum rk_status status, const char *format, ...)
	RK_PRINTF(3, 4);

/* rk_fail_reason is rk_fail with a stable reason, at most 47 bytes of A-Z 0-9 _. */
enum rk_status rk_fail_reason(struct rk_err *err, enum rk_status status, const char *reason,
	const char *format, ...) RK_PRINTF(4, 5);

/* rk_fail_errno is rk_fail_reason (reason may be "") for what the system refused: "THING: what error means", and as values the error's name
 * and the thing, "cause=ENOENT" and "file=THING".  error is errno's number. */
enum rk_status rk_fail_errno(struct rk_err *err, enum rk_status status, const char *reason,
	const char *thing, int error);

/* rk_err_values keeps what the sentence of err (which may be NULL) names, so that the sentences of its reason in other languages name it
 * too: "parts=101\nlimit=100", formatted; of two of one name the first counts.  What doesn't fit is left out, a value and not a part
 * of one.  Returns status, so that it stands around the failure: rk_err_values(err, rk_fail_reason(err, ...), "limit=%d", 100). */
enum rk_status rk_err_values(struct rk_err *err, enum rk_status status, const char *format, ...)
	RK_PRINTF(3, 4);
