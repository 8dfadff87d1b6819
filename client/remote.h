/* remote.h - one call, or one stream of calls, waiting for the end.
 *
 * A run has one connection, opened at the first call and again when the server has said GOAWAY or the line broke.  A call of
 * one message is repeated where that is safe and may help (remote_again.h); a stream is not, its caller knows what is left.
 */
#pragma once
#include "run.h"

#include "renkei/v1/problem.pb-c.h"

#include <protobuf-c/protobuf-c.h>

struct rk_violation {
	const char *field;
	const char *sentence; /* in the run's language */
};

#define RK_RETRY_NEVER (-2)

/* Why a call failed.  All in the run's arena. */
struct rk_failure {
	struct rk_err err;
	bool from_server;     /* the server answered; else the line or the set-up is the trouble */
	const char *sentence; /* what to tell, in the run's language */
	int64_t retry_ms; /* the server says when to try again; -1 = it does not, RK_RETRY_NEVER = not at all */
	bool unknown_method;                /* the server does not know what was asked */
	const char *server_version;         /* that a refusal names; NULL = it does not */
	const char *request_id;             /* to name when asking the operator; NULL = none */
	const Renkei__V1__Verdict *verdict; /* findings of a refused report; NULL = none */
	struct rk_violation *violations;
	size_t violation_count;
};

/* rk_remote_call sends one message and waits for one, as often as remote_again.h says, always the same bytes and so the same
 * request_id; *response lives in the run's arena.
 * Errors: any status of the server's; RK_UNAVAILABLE, RK_FAILED_PRECONDITION with reasons SERVER_..., CONNECTION_..., TLS_...
 * of the line; RK_DEADLINE_EXCEEDED when the run's time has passed. */
RK_MUST_USE enum rk_status rk_remote_call(struct rk_run *run, const char *path,
	const ProtobufCMessage *request, const ProtobufCMessageDescriptor *type,
	ProtobufCMessage **response, struct rk_failure *failure);
/* One attempt with a request that is packed already, so that its bytes are exactly these. */
RK_MUST_USE enum rk_status rk_remote_once(struct rk_run *run, const char *path,
	struct rk_slice request, int64_t timeout_ms, const ProtobufCMessageDescriptor *type,
	ProtobufCMessage **response, struct rk_failure *failure);

/* Messages out, messages in, both ways at once. */
struct rk_exchange {
	const char *path;
	const struct rk_slice *messages; /* packed */
	size_t count;
	/* Instead of messages: appends the next one when there is room for it; false behind the last. */
	bool (*next)(void *arg, struct rk_buf *message);
	int64_t timeout_ms; /* for the whole exchange; 0 = the run's */
	int64_t stall_ms;   /* nothing moves for so long: it is given up; 0 = never */
	/* For each answer, in its order; the bytes are borrowed. */
	void (*on_message)(void *arg, struct rk_slice message);
	void *arg;
};
RK_MUST_USE enum rk_status rk_remote_exchange(
	struct rk_run *run, const struct rk_exchange *exchange, struct rk_failure *failure);

void rk_remote_close(struct rk_remote **remote);

/* rk_failure_status fills failure from what a server said in its trailers: status, grpc-message and details
 * (google.rpc.Status, empty = none). */
void rk_failure_read(struct rk_run *run, int status, const char *message, struct rk_slice details,
	struct rk_failure *failure);
/* "host:port", "[::1]:port", "host" (then port 7443).  RK_FAILED_PRECONDITION SERVER_ADDRESS_BAD. */
RK_MUST_USE enum rk_status rk_remote_address(
	const char *text, char host[256], char port[6], struct rk_err *err);

/* Shorthand: rk_call(run, "ReportService/GetReport", &request, get_report_response, &response, &failure). */
#define rk_call(run, method, request, response_type, response, failure) \
	rk_remote_call((run), "/renkei.v1." method, &(request)->base,   \
		&renkei__v1__##response_type##__descriptor,             \
		(ProtobufCMessage **)(void *)(response), (failure))
