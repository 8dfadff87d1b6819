#include "db/conn.h"

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/log.h"
#include "db/conn_prepare.h"
#include "db/sqlstate.h"

#include <libpq-fe.h>

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BACKOFF_FIRST_MS = 100, BACKOFF_CAP_MS = 5000, GRACE_MS = 10000, AGE_MS = 30 * 60 * 1000 };

static const char *const state_names[] = {
	"closed", "connecting", "preparing", "serving", "draining"};

static void conn_advance(struct rk_conn *conn);

/* The way to serving and back is told once, a failure once as long as it stays the same: a database that is away for hours is no
 * log of hours. */
static enum rk_log_level conn_level(
	const struct rk_conn *conn, enum rk_conn_state was, const char *why)
{
	if (conn->state == RK_CONN_SERVING || conn->state == RK_CONN_DRAINING)
		return RK_LOG_INFO;
	if (conn->state == RK_CONN_CLOSED && *why)
		return strncmp(why, conn->told, sizeof(conn->told) - 1) == 0 ? RK_LOG_DEBUG
									     : RK_LOG_WARNING;
	return conn->state == RK_CONN_CLOSED && was >= RK_CONN_SERVING ? RK_LOG_INFO : RK_LOG_DEBUG;
}

/* One step on, or back to the beginning. */
static bool conn_may(enum rk_conn_state was, enum rk_conn_state state)
{
	return state == RK_CONN_CLOSED ? was != RK_CONN_CLOSED : state == was + 1;
}

static void conn_state(struct rk_conn *conn, enum rk_conn_state state, const char *why)
{
	enum rk_conn_state was = conn->state;

	assert(conn_may(was, state));
	assert(!conn->pg == (state == RK_CONN_CLOSED) || state == RK_CONN_CONNECTING);
	conn->state = state;
	rk_log(conn_level(conn, was, why), "database_connection",
		RK_NUMBER("connection", conn->number), RK_TEXT("from", state_names[was]),
		RK_TEXT("to", state_names[state]), RK_TEXT("why", why));
	if (*why || state == RK_CONN_SERVING)
		snprintf(conn->told, sizeof(conn->told), "%s", why);
	conn->options->on_state(conn->options->arg, conn, why);
}

/* Without memory for it the tick does it again. */
static void conn_timer(struct rk_conn *conn, int64_t wait_ms)
{
	struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};

	(void)evtimer_add(conn->timer, &wait);
}

/* Closed from the loop, not inside what found it broken. */
static void conn_break(struct rk_conn *conn)
{
	conn->broken = true;
	conn_timer(conn, 0);
}

static void conn_on_io(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conn_advance(arg);
}

/* libpq may open another socket while it walks through hosts and addresses. */
static void conn_watch(struct rk_conn *conn, short what)
{
	int fd = PQsocket(conn->pg);

	if (fd == conn->fd && what == conn->watched)
		return;
	(void)event_del(conn->io);
	conn->fd = fd;
	conn->watched = what;
	if (fd < 0)
		return;
	(void)event_assign(
		conn->io, conn->options->base, fd, (short)(what | EV_PERSIST), conn_on_io, conn);
	if (event_add(conn->io, NULL) != 0)
		conn_break(conn);
}

/* Takes the head slot out before anybody is told, so that what the listener does meets a whole ring. */
static void conn_pop(struct rk_conn *conn, const struct rk_err *lost)
{
	struct rk_query *query;

	assert(conn->count > 0 && conn->count <= RK_CONN_SLOTS);
	assert(lost || conn->state >= RK_CONN_SERVING);
	query = rk_segment_settle(&conn->slots[conn->head], lost);
	conn->head = (conn->head + 1) % RK_CONN_SLOTS;
	conn->count--;
	conn->head_since_ms = rk_clock_ms();
	conn->options->on_settled(conn->options->arg, query);
}

static void conn_drop(struct rk_conn *conn)
{
	(void)event_del(conn->io);
	(void)event_del(conn->timer);
	conn->fd = -1;
	conn->watched = 0;
	conn->broken = false;
	PQfinish(conn->pg);
	conn->pg = NULL;
}

static void conn_settle_lost(struct rk_conn *conn, const struct rk_err *why)
{
	while (conn->count > 0)
		conn_pop(conn, why);
}

static void conn_lose(
	struct rk_conn *conn, enum rk_status status, const char *reason, const char *why)
{
	struct rk_err unknown;
	int wait_ms;

	(void)rk_fail_reason(&conn->why, status, reason, "%s", why);
	(void)rk_fail_reason(&unknown, RK_UNAVAILABLE, "OUTCOME_UNKNOWN",
		"the connection to the database broke before the outcome was known; send again with the same request_id");
	conn_drop(conn);
	conn->replacing = false;
	conn->backoff_ms = conn->backoff_ms ? conn->backoff_ms * 2 : BACKOFF_FIRST_MS;
	if (conn->backoff_ms > BACKOFF_CAP_MS)
		conn->backoff_ms = BACKOFF_CAP_MS;
	/* Half of it is chance: many daemons must not come back in step. */
	wait_ms = conn->backoff_ms / 2 +
		(int)arc4random_uniform((uint32_t)conn->backoff_ms / 2 + 1);
	conn_timer(conn, wait_ms);
	conn_state(conn, RK_CONN_CLOSED, conn->why.text);
	conn_settle_lost(conn, &unknown);
}

static void conn_lose_libpq(struct rk_conn *conn)
{
	char text[400];

	(void)snprintf(text, sizeof(text), "%s", PQerrorMessage(conn->pg));
	text[strcspn(text, "\n")] = '\0';
	conn_lose(conn, RK_UNAVAILABLE, "STORE_UNAVAILABLE", *text ? text : "the connection broke");
}

/* During a commit only the server itself speaks. */
static void conn_on_notice(void *arg, const PGresult *notice)
{
	struct rk_conn *conn = arg;
	bool warning = rk_segment_hear(conn->count > 0 ? &conn->slots[conn->head] : NULL, notice);

	rk_log(warning ? RK_LOG_WARNING : RK_LOG_DEBUG, "database_says",
		RK_NUMBER("connection", conn->number),
		RK_TEXT("text", PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY)),
		RK_TEXT("source", PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION)));
}

static void conn_connect(struct rk_conn *conn)
{
	struct rk_err err;

	assert(conn->state == RK_CONN_CLOSED && !conn->pg && conn->count == 0);
	if (conn->tries++ > 0 && rk_conninfo_rotate(conn->options->conninfo, &err) != RK_OK)
		rk_log(RK_LOG_WARNING, "database_hosts", RK_TEXT("text", err.text));
	conn->pg = PQconnectStartParams(
		conn->options->conninfo->keywords, conn->options->conninfo->values, 0);
	conn->checked = false;
	conn_state(conn, RK_CONN_CONNECTING, "");
	if (!conn->pg || PQstatus(conn->pg) == CONNECTION_BAD) {
		conn_lose_libpq(conn);
		return;
	}
	conn_timer(conn, conn->options->connect_timeout_ms);
	conn_watch(conn, EV_WRITE);
}

/* libpq tells a failed write when it next reads, and from a server that waits for the rest there is nothing to read.  Until then
 * only errno knows; the caller has set it to 0. */
static bool write_failed(void)
{
	return errno != 0 && errno != EAGAIN && errno != EINTR;
}

static void conn_flush(struct rk_conn *conn)
{
	int left;

	errno = 0;
	left = PQflush(conn->pg);
	if (left < 0 || write_failed()) {
		conn_break(conn);
		return;
	}
	conn_watch(conn, left > 0 ? EV_READ | EV_WRITE : EV_READ);
}

static void conn_prepare(struct rk_conn *conn)
{
	bool asked;

	assert(conn->state == RK_CONN_CONNECTING && conn->count == 0);
	PQsetNoticeReceiver(conn->pg, conn_on_notice, conn);
	if (PQsetnonblocking(conn->pg, 1) != 0 || !PQenterPipelineMode(conn->pg)) {
		conn_lose_libpq(conn);
		return;
	}
	conn_state(conn, RK_CONN_PREPARING, "");
	conn->checked = !conn->options->check_safety;
	conn->head = 0;
	conn->count = 1; /* one slot without a query counts the answers */
	conn->slots[0] = (struct rk_slot){0};
	asked = conn->checked ? rk_prepare_statements(conn->pg, conn->options->statements, false)
			      : rk_prepare_ask(conn->pg);
	if (!asked)
		conn_lose_libpq(conn);
	else
		conn_flush(conn);
}

static void conn_poll(struct rk_conn *conn)
{
	switch (PQconnectPoll(conn->pg)) {
	case PGRES_POLLING_READING:
		conn_watch(conn, EV_READ);
		break;
	case PGRES_POLLING_WRITING:
		conn_watch(conn, EV_WRITE);
		break;
	case PGRES_POLLING_OK:
		conn_prepare(conn);
		break;
	default:
		conn_lose_libpq(conn);
	}
}

static void conn_serve(struct rk_conn *conn)
{
	assert(conn->checked && conn->head == 0 && conn->count == 1);
	conn->count = 0;
	conn->backoff_ms = 0;
	conn->tries = 0;
	conn->replacing = false;
	conn->why = (struct rk_err){0};
	conn->retire_ms = rk_clock_ms() + AGE_MS + (int64_t)arc4random_uniform(AGE_MS / 4);
	(void)event_del(conn->timer);
	conn_state(conn, RK_CONN_SERVING, "");
}

static void conn_prepared(struct rk_conn *conn, const PGresult *result)
{
	struct rk_slot *slot = &conn->slots[conn->head];
	struct rk_err err = {0};

	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC && conn->checked) {
		conn_serve(conn);
	} else if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
		conn->checked = true;
		if (rk_prepare_statements(conn->pg, conn->options->statements, true))
			conn_flush(conn);
		else
			conn_lose_libpq(conn);
	} else if (!conn->checked) {
		if (rk_prepare_answer(slot->seen++, result, &err) != RK_OK)
			conn_lose(conn, err.status, err.reason, err.text);
	} else if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		(void)rk_fail(&err, RK_FAILED_PRECONDITION, "a statement cannot be prepared: %s",
			PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
		conn_lose(conn, RK_FAILED_PRECONDITION, "SCHEMA_MISMATCH", err.text);
	}
}

static void conn_synced(struct rk_conn *conn)
{
	const struct rk_slot *slot = &conn->slots[conn->head];

	if (conn->state == RK_CONN_SERVING && slot->failure && rk_sqlstate_is_stale(slot->failure))
		conn_state(conn, RK_CONN_DRAINING, "the schema was rebuilt");
	RK_FAILPOINT("after_commit");
	conn_pop(conn, NULL);
}

/* Takes over result. */
static void conn_result(struct rk_conn *conn, PGresult *result)
{
	const char *why = "";

	assert(conn->state >= RK_CONN_SERVING && conn->count > 0);
	switch (rk_segment_take(&conn->slots[conn->head], result, &why)) {
	case RK_SEGMENT_OPEN:
		return;
	case RK_SEGMENT_SETTLED:
		conn_synced(conn);
		return;
	case RK_SEGMENT_LOST:
		conn_lose(conn, RK_UNAVAILABLE, "STORE_UNAVAILABLE", why);
	}
}

/* libpq goes on without what it had no memory for: a row, a sync, the warning that makes a commit doubtful.  Only the errno of
 * malloc tells, and then nothing that this connection says is believed any more. */
static bool conn_starved(struct rk_conn *conn)
{
	if (errno != ENOMEM)
		return false;
	conn_lose(conn, RK_UNAVAILABLE, "STORE_UNAVAILABLE",
		"no memory for what the database answers");
	return true;
}

static bool conn_pumping(struct rk_conn *conn)
{
	bool busy;

	if (conn->state < RK_CONN_PREPARING || conn->count == 0 || conn->broken)
		return false;
	errno = 0;
	busy = PQisBusy(conn->pg);
	return !conn_starved(conn) && !busy;
}

static void conn_pump(struct rk_conn *conn)
{
	int empty = 0;

	while (conn_pumping(conn)) {
		PGresult *result = PQgetResult(conn->pg);

		if (conn_starved(conn)) {
			PQclear(result);
			return;
		}
		/* One NULL ends each command; two in a row mean that nothing is there yet. */
		if (!result && ++empty > 1)
			break;
		if (!result)
			continue;
		empty = 0;
		if (conn->state == RK_CONN_PREPARING) {
			conn_prepared(conn, result);
			PQclear(result);
		} else {
			conn_result(conn, result);
		}
	}
}

static void conn_replace(struct rk_conn *conn)
{
	assert(conn->state >= RK_CONN_SERVING && conn->count == 0);
	conn_drop(conn);
	conn->replacing = true;
	conn_state(conn, RK_CONN_CLOSED, "");
	conn_timer(conn, 0);
}

static void conn_advance(struct rk_conn *conn)
{
	bool alive;

	if (conn->state == RK_CONN_CONNECTING) {
		conn_poll(conn);
		return;
	}
	alive = PQconsumeInput(conn->pg);
	conn_pump(conn);
	if (conn->state < RK_CONN_PREPARING)
		return;
	/* Without a slot nobody asks libpq to look at what came: parameter changes, notices, the last words of a server. */
	if (conn->count == 0)
		(void)PQisBusy(conn->pg);
	if (!alive || PQstatus(conn->pg) == CONNECTION_BAD)
		conn_lose_libpq(conn);
	else if (conn->state == RK_CONN_DRAINING && conn->count == 0)
		conn_replace(conn);
	else
		conn_flush(conn);
}

static void conn_on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct rk_conn *conn = arg;

	(void)fd;
	(void)what;
	if (conn->state == RK_CONN_CLOSED) {
		conn_connect(conn);
	} else if (conn->broken) {
		/* What the server said before it hung up is still to be read. */
		conn->broken = false;
		if (conn->state >= RK_CONN_PREPARING) {
			(void)PQconsumeInput(conn->pg);
			conn_pump(conn);
		}
		if (conn->state >= RK_CONN_CONNECTING)
			conn_lose_libpq(conn);
	} else if (conn->state < RK_CONN_SERVING) {
		conn_lose(conn, RK_UNAVAILABLE, "STORE_UNAVAILABLE",
			"the database did not answer in time");
	}
}

enum rk_status rk_conn_init(
	struct rk_conn *conn, const struct rk_conn_options *options, int number, struct rk_err *err)
{
	assert(options->slots >= 1 && options->slots <= RK_CONN_SLOTS);
	*conn = (struct rk_conn){.options = options, .number = number, .fd = -1};
	(void)rk_fail_reason(&conn->why, RK_UNAVAILABLE, "STORE_UNAVAILABLE", "not connected yet");
	conn->io = event_new(options->base, -1, 0, conn_on_io, conn);
	conn->timer = evtimer_new(options->base, conn_on_timer, conn);
	if (!conn->io || !conn->timer) {
		rk_conn_clear(conn);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a database connection");
	}
	conn_timer(conn, 0);
	return RK_OK;
}

void rk_conn_clear(struct rk_conn *conn)
{
	assert(conn->count == 0);
	if (conn->io)
		event_free(conn->io);
	if (conn->timer)
		event_free(conn->timer);
	PQfinish(conn->pg);
	*conn = (struct rk_conn){0};
}

bool rk_conn_free(const struct rk_conn *conn)
{
	return conn->state == RK_CONN_SERVING && !conn->broken &&
		conn->count < conn->options->slots;
}

bool rk_conn_carries(const struct rk_conn *conn, enum rk_cost cost)
{
	for (int i = 0; i < conn->count; i++)
		if (conn->slots[(conn->head + i) % RK_CONN_SLOTS].cost == cost)
			return true;
	return false;
}

static bool send_prologue(PGconn *pg, const struct rk_query *query)
{
	char timeout[24];
	const char *values[4] = {
		query->uri, (const char *)query->spki_sha256, query->roles, timeout};
	const int lengths[4] = {0, 32, 0, 0}, formats[4] = {0, 1, 0, 0};

	(void)snprintf(timeout, sizeof(timeout), "%lld", (long long)query->timeout_ms);
	if (query->uri)
		return PQsendQueryPrepared(pg, RK_BEGIN_CALL, 4, values, lengths, formats, 0);
	if (query->worker) {
		values[2] = query->worker;
		return PQsendQueryPrepared(pg, RK_BEGIN_WORK, 2, values + 2, NULL, NULL, 0);
	}
	return PQsendQueryPrepared(pg, RK_BEGIN_BATCH, 1, values + 3, NULL, NULL, 0);
}

void rk_conn_send(struct rk_conn *conn, struct rk_query *query)
{
	struct rk_slot *slot = &conn->slots[(conn->head + conn->count) % RK_CONN_SLOTS];

	assert(rk_conn_free(conn));
	assert(!slot->query && !slot->rows && !slot->failure);
	assert(!query->slot && !query->turn.lane && query->status == RK_UNKNOWN);
	assert(query->bound == query->statement->params);
	RK_FAILPOINT("before_send");
	*slot = (struct rk_slot){
		.query = query, .timeout_ms = query->timeout_ms, .cost = query->cost};
	if (conn->count == 0)
		conn->head_since_ms = rk_clock_ms();
	query->slot = slot;
	conn->count++;
	errno = 0;
	if (send_prologue(conn->pg, query) &&
		PQsendQueryPrepared(conn->pg, query->statement->name, query->bound, query->values,
			query->lengths, query->formats, query->binary) &&
		PQpipelineSync(conn->pg) && !write_failed()) {
		conn_flush(conn);
		RK_FAILPOINT("after_send");
	} else {
		conn_break(conn);
	}
}

void rk_conn_close(struct rk_conn *conn, const struct rk_err *why)
{
	if (conn->state == RK_CONN_CLOSED) {
		(void)event_del(conn->timer);
		return;
	}
	if (conn->state < RK_CONN_SERVING)
		conn->count = 0;
	conn_drop(conn);
	conn_state(conn, RK_CONN_CLOSED, "");
	conn_settle_lost(conn, why);
}

void rk_conn_refuse(struct rk_conn *conn, const struct rk_err *why)
{
	if (conn->state >= RK_CONN_SERVING)
		conn_lose(conn, why->status, why->reason, why->text);
}

/* What a timer that could not be armed was for is due by now, but for the patience with a server that does not answer. */
static int64_t conn_due_ms(const struct rk_conn *conn)
{
	return conn->state == RK_CONN_CLOSED || conn->broken ? 0
							     : conn->options->connect_timeout_ms;
}

void rk_conn_tick(struct rk_conn *conn, bool may_retire)
{
	int64_t now = rk_clock_ms();

	if (conn->state < RK_CONN_SERVING || conn->broken) {
		if (!evtimer_pending(conn->timer, NULL))
			conn_timer(conn, conn_due_ms(conn));
		return;
	}
	if (conn->count > 0 &&
		conn->head_since_ms + conn->slots[conn->head].timeout_ms + GRACE_MS < now)
		conn_lose(conn, RK_UNAVAILABLE, "STORE_UNAVAILABLE",
			"no answer within the time of a call");
	else if (conn->count == 0 && conn->retire_ms < now && may_retire)
		conn_replace(conn);
}
