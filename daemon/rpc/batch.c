#include "rpc/batch.h"

#include "base/list.h"
#include "base/log.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Twenty batches wait at most; who comes later is told to come again. */
#define QUEUE_BATCHES 20
#define TIMEOUT_MS    20000

const struct rk_statement rk_batch_statement = {
	"submit_reports",
	"select item, outcome from renkei_api.submit_reports($1::text[], $2::bytea[], $3::text[], "
	"$4::text[], $5::bytea[], $6::jsonb[], $7::jsonb[], $8::text)",
	8,
};

struct rk_ticket {
	struct rk_list node;
	rk_submitted_fn *told; /* NULL: abandoned */
	void *arg;
	struct rk_slice uri, spki, request_id, validate_only, report, document, verdict;
	size_t bytes;
	bool follows;
	bool waits; /* in the queue, not in a flight */
	uint8_t memory[];
};

/* Tickets that travel together; waiting for a slot when they are half of a batch that failed. */
struct flight {
	struct rk_list node;
	struct rk_batch *batch;
	struct rk_list tickets;
	size_t count;
	struct rk_arena arena;
	struct rk_query *query;
};

struct rk_batch {
	const struct rk_call_env *env;
	struct rk_batch_limits limits;
	char key_id[17];
	struct rk_list queue; /* tickets */
	size_t queued, queued_bytes;
	struct rk_list halves; /* flights that wait for a slot */
	struct rk_list flying;
	int slots_busy;
	struct event *kick;
};

static void batch_send(struct rk_batch *batch);

static void batch_on_kick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	batch_send(arg);
}

enum rk_status rk_batch_create(const struct rk_call_env *env, const struct rk_batch_limits *limits,
	const char *key_id, struct rk_batch **out, struct rk_err *err)
{
	struct rk_batch *batch = calloc(1, sizeof *batch);

	*out = NULL;
	if (batch)
		batch->kick = event_new(env->base, -1, 0, batch_on_kick, batch);
	if (!batch || !batch->kick) {
		free(batch);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the batch");
	}
	batch->env = env;
	batch->limits = *limits;
	strncpy(batch->key_id, key_id, sizeof batch->key_id - 1);
	rk_list_init(&batch->queue);
	rk_list_init(&batch->halves);
	rk_list_init(&batch->flying);
	*out = batch;
	return RK_OK;
}

static void tickets_free(struct rk_list *list)
{
	rk_list_each(node, list) {
		rk_list_remove(node);
		free(rk_list_item(node, struct rk_ticket, node));
	}
}

static void flight_free(struct flight *flight)
{
	tickets_free(&flight->tickets);
	rk_list_remove(&flight->node);
	if (flight->query)
		rk_query_release(flight->query);
	rk_arena_clear(&flight->arena);
	free(flight);
}

void rk_batch_free(struct rk_batch **batch)
{
	struct rk_batch *b = *batch;

	if (!b)
		return;
	rk_list_each(node, &b->flying) {
		struct flight *flight = rk_list_item(node, struct flight, node);

		rk_query_abandon(b->env->pool, flight->query);
		flight_free(flight);
	}
	rk_list_each(node, &b->halves)
		flight_free(rk_list_item(node, struct flight, node));
	tickets_free(&b->queue);
	event_free(b->kick);
	free(b);
	*batch = NULL;
}

static struct rk_slice keep(uint8_t **at, struct rk_slice bytes)
{
	struct rk_slice kept = {*at, bytes.len};

	if (bytes.len)
		memcpy(*at, bytes.at, bytes.len);
	*at += bytes.len;
	return kept;
}

static struct rk_ticket *ticket_create(const struct rk_submission *s)
{
	struct rk_slice uri = rk_slice_str(s->uri), id = rk_slice_str(s->request_id);
	size_t bytes = uri.len + id.len + RK_SHA256_BYTES + s->report.len + s->document.len +
		s->verdict.len;
	struct rk_ticket *ticket = calloc(1, sizeof *ticket + bytes);
	uint8_t *at;

	if (!ticket)
		return NULL;
	at = ticket->memory;
	ticket->bytes = bytes;
	ticket->uri = keep(&at, uri);
	ticket->request_id = keep(&at, id);
	ticket->spki = keep(&at, rk_slice_of(s->spki_sha256, RK_SHA256_BYTES));
	ticket->report = keep(&at, s->report);
	ticket->document = keep(&at, s->document);
	ticket->verdict = keep(&at, s->verdict);
	ticket->follows = s->follows;
	ticket->validate_only = rk_slice_str(s->validate_only ? "t" : "f");
	return ticket;
}

enum rk_status rk_batch_add(struct rk_batch *batch, const struct rk_submission *submission,
	rk_submitted_fn *told, void *arg, struct rk_ticket **out, struct rk_err *err)
{
	struct rk_ticket *ticket;

	if (!rk_pool_ready(batch->env->pool)) {
		atomic_fetch_add_explicit(&batch->env->stats->db_refused, 1, memory_order_relaxed);
		return rk_pool_refusal(batch->env->pool, err);
	}
	if (batch->queued >= batch->limits.items * QUEUE_BATCHES ||
		batch->queued_bytes >= batch->limits.bytes * QUEUE_BATCHES)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"%zu submissions wait already; nothing was stored", batch->queued);
	ticket = ticket_create(submission);
	if (!ticket)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"no memory for the submission; nothing was stored");
	ticket->told = told;
	ticket->arg = arg;
	ticket->waits = true;
	rk_list_append(&batch->queue, &ticket->node);
	batch->queued++;
	batch->queued_bytes += ticket->bytes;
	/* Not at once: what else arrives in this turn of the loop comes along. */
	event_active(batch->kick, EV_TIMEOUT, 1);
	*out = ticket;
	return RK_OK;
}

static void queue_remove(struct rk_batch *batch, struct rk_ticket *ticket)
{
	rk_list_remove(&ticket->node);
	ticket->waits = false;
	batch->queued--;
	batch->queued_bytes -= ticket->bytes;
}

void rk_batch_abandon(struct rk_batch *batch, struct rk_ticket **ticket)
{
	struct rk_ticket *t = *ticket;

	*ticket = NULL;
	if (!t)
		return;
	t->told = NULL;
	if (!t->waits)
		return;
	queue_remove(batch, t);
	free(t);
}

static void ticket_tell(struct rk_ticket *ticket, enum rk_status status, struct rk_slice outcome,
	const struct rk_err *err)
{
	rk_list_remove(&ticket->node);
	if (ticket->told)
		ticket->told(status, outcome, err, ticket->arg);
	free(ticket);
}

static void flight_fail(struct flight *flight, const struct rk_err *err)
{
	rk_list_each(node, &flight->tickets)
		ticket_tell(rk_list_item(node, struct rk_ticket, node), err->status,
			(struct rk_slice){0}, err);
	flight_free(flight);
}

static enum rk_status add_texts(struct flight *flight, const struct rk_slice *items[7])
{
	struct rk_query *query = flight->query;
	struct rk_arena *arena = &flight->arena;

	RK_TRY(rk_query_text_array(query, arena, items[0], flight->count));
	RK_TRY(rk_query_bytes_array(query, arena, items[1], flight->count));
	RK_TRY(rk_query_text_array(query, arena, items[2], flight->count));
	RK_TRY(rk_query_text_array(query, arena, items[3], flight->count));
	RK_TRY(rk_query_bytes_array(query, arena, items[4], flight->count));
	RK_TRY(rk_query_json_array(query, arena, items[5], flight->count));
	return rk_query_json_array(query, arena, items[6], flight->count);
}

static enum rk_status flight_bind(struct flight *flight)
{
	struct rk_slice *columns[7];
	const struct rk_slice *items[7];
	size_t i = 0;

	for (size_t c = 0; c < 7; c++) {
		columns[c] = rk_arena_alloc(&flight->arena, flight->count * sizeof **columns);
		if (!columns[c])
			return RK_RESOURCE_EXHAUSTED;
		items[c] = columns[c];
	}
	rk_list_each(node, &flight->tickets) {
		const struct rk_ticket *t = rk_list_item(node, struct rk_ticket, node);
		const struct rk_slice row[7] = {t->uri, t->spki, t->request_id, t->validate_only,
			t->report, t->document, t->verdict};

		for (size_t c = 0; c < 7; c++)
			columns[c][i] = row[c];
		i++;
	}
	flight->query = rk_query_create(&flight->arena, &rk_batch_statement, NULL, TIMEOUT_MS);
	if (!flight->query)
		return RK_RESOURCE_EXHAUSTED;
	rk_query_cost(flight->query, RK_COST_SUBMISSION);
	RK_TRY(add_texts(flight, items));
	rk_query_text(flight->query, rk_slice_str(flight->batch->key_id));
	return RK_OK;
}

static struct flight *flight_create(struct rk_batch *batch)
{
	struct flight *flight = calloc(1, sizeof *flight);

	if (!flight)
		return NULL;
	flight->batch = batch;
	/* Arrays are copies of what they hold. */
	flight->arena.cap = batch->limits.bytes * 2 + 16 * 1024 * 1024;
	rk_list_init(&flight->tickets);
	return flight;
}

/* Halves of a batch that failed; abandoned ones stay behind. */
static void flight_halve(struct flight *flight, const struct rk_err *err)
{
	struct rk_batch *batch = flight->batch;
	struct flight *halves[2] = {flight_create(batch), flight_create(batch)};
	size_t i = 0, count = flight->count;

	atomic_fetch_add_explicit(&batch->env->stats->batch_halvings, 1, memory_order_relaxed);
	rk_log(RK_LOG_WARNING, "batch_halved", RK_NUMBER("items", count),
		RK_TEXT("reason", err->reason), RK_TEXT("text", err->text));
	if (!halves[0] || !halves[1]) {
		free(halves[0]);
		free(halves[1]);
		flight_fail(flight, err);
		return;
	}
	rk_list_each(node, &flight->tickets) {
		struct flight *half = halves[i++ < count / 2 ? 0 : 1];

		if (!rk_list_item(node, struct rk_ticket, node)->told)
			continue;
		rk_list_remove(node);
		rk_list_append(&half->tickets, node);
		half->count++;
	}
	for (i = 0; i < 2; i++) {
		if (halves[i]->count)
			rk_list_append(&batch->halves, &halves[i]->node);
		else
			free(halves[i]);
	}
	flight_free(flight);
}

static void flight_deal(struct flight *flight)
{
	static const struct rk_err lost = {
		.status = RK_INTERNAL, .text = "submit_reports gave no outcome for a submission"};
	int rows = rk_query_rows(flight->query), row = 0;

	atomic_fetch_add_explicit(&flight->batch->env->stats->batches, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(
		&flight->batch->env->stats->batch_items, flight->count, memory_order_relaxed);
	rk_list_each(node, &flight->tickets) {
		struct rk_ticket *ticket = rk_list_item(node, struct rk_ticket, node);
		struct rk_slice item, outcome;
		int64_t number;

		if (row < rows && rk_query_value(flight->query, row, "item", &item) &&
			rk_text_i64(item, row + 1, row + 1, &number) &&
			rk_query_value(flight->query, row, "outcome", &outcome))
			ticket_tell(ticket, RK_OK, outcome, NULL);
		else
			ticket_tell(ticket, RK_INTERNAL, (struct rk_slice){0}, &lost);
		row++;
	}
	flight_free(flight);
}

/* The transaction is committed or lost: before this moment nothing was promised. */
static void flight_on_settled(struct rk_query *query, void *arg)
{
	struct flight *flight = arg;
	struct rk_batch *batch = flight->batch;
	struct rk_slice detail;
	struct rk_err err = {0};
	enum rk_status status = rk_query_status(query, &detail, &err);

	batch->slots_busy--;
	rk_list_remove(&flight->node);
	if (status == RK_OK)
		flight_deal(flight);
	else if (status == RK_UNAVAILABLE || status == RK_CANCELLED || flight->count == 1)
		flight_fail(flight, &err);
	else
		flight_halve(flight, &err);
	event_active(batch->kick, EV_TIMEOUT, 1);
}

static enum rk_status flight_submit(struct flight *flight, struct rk_err *err)
{
	if (flight_bind(flight) != RK_OK)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE",
			"the submission does not fit into the server's memory; nothing was stored");
	return rk_pool_submit(
		flight->batch->env->pool, flight->query, flight_on_settled, flight, err);
}

static void flight_start(struct flight *flight)
{
	struct rk_batch *batch = flight->batch;
	struct rk_err err = {0};

	if (flight_submit(flight, &err) == RK_OK) {
		batch->slots_busy++;
		rk_list_append(&batch->flying, &flight->node);
	} else if (flight->count == 1 || err.status == RK_UNAVAILABLE ||
		strcmp(err.reason, "SERVER_BUSY") == 0) {
		flight_fail(flight, &err);
	} else {
		flight_halve(flight, &err);
	}
}

static struct flight *take_half(struct rk_batch *batch)
{
	struct rk_list *node = batch->halves.next;

	rk_list_remove(node);
	return rk_list_item(node, struct flight, node);
}

static bool has_sender(const struct rk_list *flights, struct rk_slice uri)
{
	rk_list_each(at, flights) {
		struct flight *flight = rk_list_item(at, struct flight, node);

		rk_list_each(node, &flight->tickets) {
			const struct rk_ticket *ticket = rk_list_item(node, struct rk_ticket, node);

			if (rk_slice_equal(ticket->uri, uri))
				return true;
		}
	}
	return false;
}

/* In one transaction they are stored in their order; two transactions at once have none. */
static bool must_wait(const struct rk_batch *batch, const struct rk_ticket *ticket)
{
	return ticket->follows &&
		(has_sender(&batch->flying, ticket->uri) ||
			has_sender(&batch->halves, ticket->uri));
}

/* NULL when all that wait must go on waiting. */
static struct flight *take_queued(struct rk_batch *batch)
{
	struct flight *flight = flight_create(batch);
	size_t bytes = 0;

	if (!flight)
		return NULL;
	rk_list_each(node, &batch->queue) {
		struct rk_ticket *ticket = rk_list_item(node, struct rk_ticket, node);

		if (flight->count == batch->limits.items)
			break;
		if (flight->count && bytes + ticket->bytes > batch->limits.bytes)
			break;
		if (must_wait(batch, ticket))
			continue;
		bytes += ticket->bytes;
		queue_remove(batch, ticket);
		rk_list_append(&flight->tickets, &ticket->node);
		flight->count++;
	}
	if (flight->count == 0) {
		flight_free(flight);
		return NULL;
	}
	return flight;
}

static void batch_send(struct rk_batch *batch)
{
	while (batch->slots_busy < batch->limits.slots) {
		struct flight *flight;

		if (!rk_list_empty(&batch->halves))
			flight = take_half(batch);
		else if (!rk_list_empty(&batch->queue))
			flight = take_queued(batch);
		else
			return;
		if (!flight)
			return;
		flight_start(flight);
	}
}
