/* conn.h - one connection: connect, prepare, pump; slots in flight.
 *
 * CLOSED -> CONNECTING -> PREPARING -> SERVING -> DRAINING -> CLOSED; one function changes the state and writes one log line
 * each time.  What lies between two syncs of the pipeline is one transaction and one slot (segment.h).  A connection that says anything unexpected is
 * closed, and the outcome of what it had in flight is unknown.
 */
#pragma once
#include "db/conninfo.h"
#include "db/segment.h"

#include <event2/event.h>

#define RK_CONN_SLOTS 64

enum rk_conn_state {
	RK_CONN_CLOSED,
	RK_CONN_CONNECTING,
	RK_CONN_PREPARING,
	RK_CONN_SERVING,
	RK_CONN_DRAINING
};

struct pg_conn;
struct rk_conn;

struct rk_conn_options {
	struct event_base *base;
	struct rk_conninfo *conninfo; /* shared by the pool */
	const struct rk_statement *const *statements;
	int slots;
	int64_t connect_timeout_ms;
	bool check_safety;
	/* Never called inside rk_conn_send. */
	void (*on_state)(void *arg, struct rk_conn *conn, const char *why);
	/* A slot is free again; query has its status, or is NULL when it was abandoned. */
	void (*on_settled)(void *arg, struct rk_query *query);
	void *arg;
};

struct rk_conn {
	const struct rk_conn_options *options;
	int number; /* in the log */
	enum rk_conn_state state;
	struct pg_conn *pg;
	struct event *io, *timer;
	int fd;
	short watched;
	int backoff_ms;
	int tries;   /* since it last served */
	bool broken; /* a send failed; closed by the timer, not inside the send */
	bool checked; /* PREPARING: the safety questions were answered, the statements are under way */
	bool replacing;    /* closed on purpose, and this is the first try to come back */
	int64_t retire_ms; /* monotonic; long-lived backends gather memory */
	struct rk_err why; /* why it is not serving */
	char told[200];    /* the failure that is in the log; "": it served since */
	struct rk_slot slots[RK_CONN_SLOTS];
	int head, count;
	int64_t head_since_ms; /* monotonic */
};

RK_MUST_USE enum rk_status rk_conn_init(struct rk_conn *conn, const struct rk_conn_options *options,
	int number, struct rk_err *err);
void rk_conn_clear(struct rk_conn *conn);
/* Serving with a free slot. */
bool rk_conn_free(const struct rk_conn *conn);
/* A statement of this cost is under way, abandoned or not. */
bool rk_conn_carries(const struct rk_conn *conn, enum rk_cost cost);
/* Sends a segment: prologue, statement, sync.  Whatever goes wrong is settled later from the loop. */
void rk_conn_send(struct rk_conn *conn, struct rk_query *query);
/* Closes now; what is in flight is settled: its own failure when the database had spoken, else status and sentence of why. */
void rk_conn_close(struct rk_conn *conn, const struct rk_err *why);
/* Closes a connection that serves, as after a failure, with why as its reason; it tries to come back. */
void rk_conn_refuse(struct rk_conn *conn, const struct rk_err *why);
/* Once a second: a head slot beyond its time closes the connection, an old idle connection is replaced. */
void rk_conn_tick(struct rk_conn *conn, bool may_retire);
