/* call.h - the life of one call: steps, deadline, arena, reply, the log line.
 *
 * Nothing turns back: an error at any step sets call->err and goes to the end, which answers with it.  There are two other
 * ways in, the deadline and the stream's end, and both end there too.
 */
#pragma once
#include "base/arena.h"
#include "call/method.h"
#include "call/principal.h"
#include "call/quota.h"
#include "call/stats.h"
#include "db/pool.h"
#include "link/h2.h"
#include "wire/frame.h"
#include "words/say.h"

#include "renkei/v1/problem.pb-c.h"

#include <event2/event.h>

#include <stdbool.h>

struct rk_call;

#define RK_CALL_METADATA 4

/* What all calls of a worker share.  Owned by the server, outlives every call. */
struct rk_call_env {
	struct event_base *base;
	struct rk_pool *pool;
	const struct rk_method *const *methods;
	struct rk_stats *stats;           /* this worker's */
	const struct rk_stats *stats_all; /* those of all workers */
	int stats_count;
	int64_t stats_stride; /* bytes from one to the next */
	struct rk_quota *quota;
	size_t max_message;
	int64_t default_timeout_ms;
	int64_t max_timeout_ms;
	int64_t request_ms;    /* a request must be complete within */
	int64_t slow_after_ms; /* from then on it has to have brought */
	int64_t slowest_bytes; /* so many bytes for each second; 0: any number */
	int64_t idle_ms;       /* a stream of many messages may stay silent for */
	struct rk_tls *const
		*tls; /* what connections are made with now, for papers; NULL: none are read */
	bool guests; /* nobody here shows a certificate: methods for guests are answered, and no others */
	void *rpc; /* struct rk_rpc of rpc/rpc.h; this floor never looks inside */
	/* Metadata of who serves; each may be NULL.  A header of a request that the call itself has no use for, before its
	 * method is known: what is kept of it lies in the call's arena, with call->state for the way there. */
	void (*on_header)(struct rk_call *call, struct rk_slice name, struct rk_slice value);
	/* The answer's head, or its trailers, are about to leave: fills list with fields of its own, at most
	 * RK_CALL_METADATA, and returns how many.  They are borrowed until the call is over. */
	size_t (*on_answer)(struct rk_call *call, bool trailers, struct rk_h2_header *list);
};

struct rk_call {
	const struct rk_call_env *env;
	const struct rk_principal *principal; /* the connection's */
	struct rk_h2_stream *stream;          /* NULL: nobody is left to answer */
	const struct rk_method *method;
	struct rk_arena arena;
	struct rk_frame_reader reader;
	struct rk_buf
		held; /* received while the method was busy; its window is not given back yet */
	struct rk_slice request; /* the unary message */
	ProtobufCMessage *message;
	struct rk_query *query;
	struct rk_quota_share share; /* what it holds of the principal's quota */
	size_t kept;                 /* bytes the method holds beside the arena */
	void *state;                 /* the method's own, let go of in method->closed */
	struct event *timer;

	/* The request's headers. */
	char http_method[8];
	char path[256];
	bool is_grpc;
	struct rk_err header_err; /* first refusal a header brought */
	enum rk_language language;
	int64_t asked_timeout_us; /* -1: none */

	/* The outcome. */
	struct rk_err err;
	struct rk_slice detail;             /* of a refusal by SQL */
	const Renkei__V1__Verdict *verdict; /* findings that go with the refusal */
	const char *request_id;             /* the client's, in the arena */
	bool replayed;

	char id[37];
	int method_index;
	int step;
	int messages;
	int http_status; /* a refusal below gRPC: 405, 415; 0: none */
	bool query_out, started, peer_ended, responded, finished;
	int64_t begun_ms, active_ms;
	int64_t deadline_ms; /* 0: none */
	uint64_t bytes_in, bytes_out;
};

/* For the peer: h2's events, one by one.  rk_call_open returns NULL without memory (then reset the stream). */
RK_MUST_USE struct rk_call *rk_call_open(const struct rk_call_env *env,
	const struct rk_principal *principal, struct rk_h2_stream *stream);
void rk_call_on_header(struct rk_call *call, struct rk_slice name, struct rk_slice value);
void rk_call_on_headers_end(struct rk_call *call);
void rk_call_on_data(struct rk_call *call, struct rk_slice bytes);
void rk_call_on_end(struct rk_call *call);
void rk_call_on_drained(struct rk_call *call);
/* The stream is gone; so is call when this returns. */
void rk_call_on_close(struct rk_call *call);

/* For methods, from the loop: after RK_FLOW_WAIT go on with the next step, or end with call->err. */
void rk_call_advance(struct rk_call *call);
void rk_call_fail(struct rk_call *call);
/* The generic asking and answering of a method: request as JSON, column "reply" as JSON. */
enum rk_flow rk_call_ask_json(struct rk_call *call);
enum rk_status rk_call_answer_json(struct rk_call *call, struct rk_buf *reply);
/* Hands call->query, made by the method, to the pool. */
enum rk_flow rk_call_ask(struct rk_call *call);
/* A query on the method's statement for this call's principal, or NULL with call->err set. */
struct rk_query *rk_call_query(struct rk_call *call);
/* The same with the request as JSON for its first parameter. */
struct rk_query *rk_call_query_json(struct rk_call *call);
/* Streams: sends one message; RK_OK also when nobody listens any more. */
enum rk_status rk_call_send(struct rk_call *call, const ProtobufCMessage *message);
enum rk_status rk_call_send_bytes(struct rk_call *call, struct rk_slice body);
/* Streams: ends the call with OK. */
void rk_call_end(struct rk_call *call);
/* Streams: the method is not busy any more, or holds less than before. */
void rk_call_resume(struct rk_call *call);
/* What one message of so many bytes may hold of its principal's quota while it is judged: 18 times as many, but no more than twice as many
 * (its buffer doubles) and the 8 MiB of rk_unpack; and 256 KiB.  Measured over the heaviest reports without an error: 16 to 18 times up to
 * 256 KiB, 5.7 to 6.5 times at 1 MiB, 2.9 times at 4 MiB (tests/unit/daemon/rpc/test_holds.c). */
int64_t rk_call_holds(size_t message);
/* Counts what the call holds now against its principal's quota and the budget of all; over them call->err says so. */
RK_MUST_USE enum rk_status rk_call_hold(struct rk_call *call);
/* Milliseconds left for a question to the database, at least 1; at most max_timeout_ms, a stream may be open for longer. */
int64_t rk_call_left_ms(const struct rk_call *call);
/* call->err from the status of a query; the detail too. */
enum rk_status rk_call_query_status(struct rk_call *call);
