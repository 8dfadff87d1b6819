#include "rpc/batch.h"

#include "base/clock.h"
#include "base/log.h"
#include "rpc/batch_own.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Twenty batches wait at most; who comes later is told to come again. */
#define QUEUE_BATCHES 20
/* As many share a transaction of a slow database, too: each costs something itself. */
#define ITEMS_LEAST 8
/* What a report costs its sender's turn: one, and one more for each so many bytes. */
#define COST_BYTES 16384

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
	rk_fair_init(&batch->queue);
	rk_list_init(&batch->halves);
	rk_list_init(&batch->flying);
	*out = batch;
	return RK_OK;
}

static void queue_remove(struct rk_batch *batch, struct rk_ticket *ticket)
{
	assert(ticket->turn.lane && batch->queued_bytes >= ticket->bytes);
	rk_fair_remove(&batch->queue, &ticket->turn);
	batch->queued_bytes -= ticket->bytes;
	rk_pace_done(&batch->pace, 0, batch->queue.count > 0, 0);
	rk_ticket_free(ticket);
}

void rk_batch_free(struct rk_batch **batch)
{
	struct rk_batch *b = *batch;
	struct rk_fair_item *item;

	if (!b)
		return;
	rk_list_each(node, &b->flying) {
		struct rk_flight *flight = rk_list_item(node, struct rk_flight, node);

		rk_query_abandon(b->env->pool, flight->query);
		rk_flight_free(flight);
	}
	rk_list_each(node, &b->halves)
		rk_flight_free(rk_list_item(node, struct rk_flight, node));
	while ((item = rk_fair_next(&b->queue, NULL, NULL)))
		queue_remove(b, rk_list_item(item, struct rk_ticket, turn));
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

static struct rk_ticket *ticket_create(struct rk_batch *batch, const struct rk_submission *s)
{
	struct rk_slice uri = rk_slice_str(s->uri), id = rk_slice_str(s->request_id),
			on_behalf_of = rk_slice_str(s->on_behalf_of);
	size_t bytes = uri.len + id.len + on_behalf_of.len + RK_SHA256_BYTES + s->report.len +
		s->document.len + s->verdict.len;
	struct rk_ticket *ticket = calloc(1, sizeof *ticket + bytes);
	uint8_t *at;

	if (!ticket)
		return NULL;
	at = ticket->memory;
	ticket->batch = batch;
	ticket->bytes = bytes;
	ticket->sender = (uint16_t)(rk_slice_hash(uri, 0) % RK_BATCH_SENDERS);
	ticket->since_ms = rk_clock_ms();
	ticket->uri = keep(&at, uri);
	ticket->request_id = keep(&at, id);
	ticket->spki = keep(&at, rk_slice_of(s->spki_sha256, RK_SHA256_BYTES));
	ticket->report = keep(&at, s->report);
	ticket->document = keep(&at, s->document);
	ticket->verdict = keep(&at, s->verdict);
	ticket->on_behalf_of = keep(&at, on_behalf_of);
	ticket->follows = s->follows;
	assert((size_t)(at - ticket->memory) == bytes);
	ticket->validate_only = rk_slice_str(s->validate_only ? "t" : "f");
	return ticket;
}

static bool is_suspect(const struct rk_batch *batch, struct rk_slice uri)
{
	return rk_suspects_has(&batch->suspects, uri, rk_clock_ms());
}

/* As many places for one sender as are still free for all others, so that who fills them never has the last. */
static bool has_place(const struct rk_batch *batch, struct rk_slice uri, size_t waiting)
{
	size_t places = batch->limits.items * QUEUE_BATCHES, taken = batch->queue.count;

	if (waiting >= batch->limits.items && is_suspect(batch, uri))
		return false;
	return taken < places && waiting < places - taken;
}

/* So many share one transaction, as all of them wait for the last: no more than are done in half of the time that anybody should wait. */
static size_t batch_most(const struct rk_batch *batch)
{
	size_t items = batch->limits.items, least = items < ITEMS_LEAST ? items : ITEMS_LEAST;
	size_t done = rk_pace_within(&batch->pace, batch->limits.wait_ms / 2);

	if (!batch->limits.wait_ms || done > items)
		return items;
	return done > least ? done : least;
}

/* How many are on their way.  What has not come back for longer than anybody should wait stands still, and says nothing of the rest. */
static size_t batch_aloft(const struct rk_batch *batch)
{
	int64_t now = rk_clock_ms();
	size_t aloft = 0;

	rk_list_each(node, &batch->flying) {
		const struct rk_flight *flight = rk_list_item(node, struct rk_flight, node);

		if (now - flight->since_ms <= batch->limits.wait_ms)
			aloft += flight->count;
	}
	return aloft;
}

enum rk_status rk_batch_admit(
	struct rk_batch *batch, const char *uri, size_t bytes, int64_t left_ms, struct rk_err *err)
{
	const struct rk_batch_limits *limits = &batch->limits;
	struct rk_slice who = rk_slice_str(uri);
	size_t waiting = rk_fair_waiting(&batch->queue, who);
	size_t ahead = rk_fair_ahead(&batch->queue, waiting);
	int64_t wait_ms = 0, limit_ms = left_ms;

	if (limits->wait_ms && limits->wait_ms < left_ms)
		limit_ms = limits->wait_ms;
	/* Fewer than one batch: they leave together, as soon as one comes back. */
	if (ahead >= batch_most(batch))
		wait_ms = rk_pace_wait_ms(&batch->pace, ahead + batch_aloft(batch), rk_clock_ms());
	if (has_place(batch, who, waiting) && wait_ms <= limit_ms &&
		batch->queued_bytes + bytes <= limits->bytes * QUEUE_BATCHES &&
		rk_quota_room(batch->env->quota, bytes))
		return RK_OK;
	atomic_fetch_add_explicit(&batch->env->stats->refused_busy, 1, memory_order_relaxed);
	(void)rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
		"%zu submissions wait already; nothing was stored", batch->queue.count);
	err->retry_ms = rk_pace_again_ms(&batch->pace, wait_ms);
	return err->status;
}

static enum rk_status no_memory(struct rk_err *err)
{
	return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
		"no memory for the submission; nothing was stored");
}

enum rk_status rk_batch_add(struct rk_batch *batch, const struct rk_submission *submission,
	rk_submitted_fn *told, void *arg, struct rk_ticket **out, struct rk_err *err)
{
	struct rk_ticket *ticket;

	if (!rk_pool_ready(batch->env->pool)) {
		atomic_fetch_add_explicit(&batch->env->stats->db_refused, 1, memory_order_relaxed);
		return rk_pool_refusal(batch->env->pool, err);
	}
	RK_TRY(rk_batch_admit(batch, submission->uri,
		submission->report.len + submission->document.len + submission->verdict.len,
		submission->left_ms, err));
	ticket = ticket_create(batch, submission);
	if (!ticket)
		return no_memory(err);
	rk_quota_bytes(batch->env->quota, (int64_t)ticket->bytes);
	if (!rk_fair_add(&batch->queue, ticket->uri, &ticket->turn,
		    (uint32_t)(1 + ticket->bytes / COST_BYTES))) {
		rk_ticket_free(ticket);
		return no_memory(err);
	}
	ticket->told = told;
	ticket->arg = arg;
	batch->queued_bytes += ticket->bytes;
	rk_pace_begin(&batch->pace, ticket->since_ms);
	/* Not at once: what else arrives in this turn of the loop comes along. */
	event_active(batch->kick, EV_TIMEOUT, 1);
	*out = ticket;
	return RK_OK;
}

void rk_batch_abandon(struct rk_batch *batch, struct rk_ticket **ticket)
{
	struct rk_ticket *t = *ticket;

	*ticket = NULL;
	if (!t)
		return;
	assert(t->batch == batch && t->told);
	t->told = NULL;
	if (t->turn.lane)
		queue_remove(batch, t);
}

size_t rk_batch_waiting(const struct rk_batch *batch)
{
	return batch->queue.count;
}

static struct rk_flight *take_half(struct rk_batch *batch)
{
	struct rk_list *node = batch->halves.next;

	rk_list_remove(node);
	return rk_list_item(node, struct rk_flight, node);
}

/* What is known of the lane looked at, while a ticket is looked for. */
struct choice {
	const struct rk_batch *batch;
	const struct rk_fair_lane *lane;
	bool joins;       /* others are aboard already */
	bool out, halved; /* one of this sender's is in the air, or in a half that waits */
};

static void choice_look(struct choice *choice, const struct rk_ticket *ticket)
{
	const struct rk_batch *batch = choice->batch;

	if (choice->lane == ticket->turn.lane)
		return;
	choice->lane = ticket->turn.lane;
	choice->out = rk_flight_among(&batch->flying, NULL, ticket->uri);
	choice->halved = rk_flight_among(&batch->halves, NULL, ticket->uri);
}

/* What follows an earlier one of its sender waits for it: in one transaction they are stored in their order, two at once have none.
 * Others of its sender overtake it, but not for ever; and nothing overtakes a half that waits, with what follows in it. */
static enum rk_fair_may may_overtake(struct choice *choice, const struct rk_ticket *ticket)
{
	const struct rk_batch *batch = choice->batch;

	if (!batch->out_of[ticket->sender])
		return RK_FAIR_YES;
	choice_look(choice, ticket);
	if (choice->halved)
		return RK_FAIR_CLOSED;
	if (!ticket->follows || !choice->out)
		return RK_FAIR_YES;
	return rk_clock_ms() - ticket->since_ms > batch->limits.wait_ms ? RK_FAIR_CLOSED
									: RK_FAIR_LATER;
}

static enum rk_fair_may may_leave(struct rk_fair_item *item, void *arg)
{
	const struct rk_ticket *ticket = rk_list_item(item, struct rk_ticket, turn);
	struct choice *choice = arg;

	if ((choice->joins || choice->batch->alone_busy) && is_suspect(choice->batch, ticket->uri))
		return RK_FAIR_CLOSED;
	return may_overtake(choice, ticket);
}

static struct rk_ticket *next_ticket(struct rk_batch *batch, bool joins)
{
	struct choice choice = {.batch = batch, .joins = joins};
	struct rk_fair_item *item = rk_fair_next(&batch->queue, may_leave, &choice);

	return item ? rk_list_item(item, struct rk_ticket, turn) : NULL;
}

static void board_all(struct rk_flight *flight, struct rk_ticket *ticket)
{
	struct rk_batch *batch = flight->batch;
	size_t most = batch_most(batch);

	do {
		rk_flight_board(flight, ticket, 0);
		ticket = flight->count < most ? next_ticket(batch, true) : NULL;
	} while (ticket && flight->bytes + ticket->bytes <= batch->limits.bytes);
}

/* Nothing under way would ever come back to them. */
static void queue_refuse(struct rk_batch *batch)
{
	struct rk_fair_item *item;
	struct rk_err err = {0};

	(void)no_memory(&err);
	while ((item = rk_fair_next(&batch->queue, NULL, NULL))) {
		struct rk_ticket *ticket = rk_list_item(item, struct rk_ticket, turn);
		rk_submitted_fn *told = ticket->told;
		void *arg = ticket->arg;

		assert(told);
		queue_remove(batch, ticket);
		told(err.status, (struct rk_slice){0}, &err, arg);
	}
}

/* NULL when all that wait must go on waiting. */
static struct rk_flight *take_queued(struct rk_batch *batch)
{
	struct rk_ticket *ticket = next_ticket(batch, false);
	struct rk_flight *flight;

	if (!ticket)
		return NULL;
	flight = rk_flight_create(batch);
	if (!flight) {
		queue_refuse(batch);
		return NULL;
	}
	flight->alone = is_suspect(batch, ticket->uri);
	/* One that travels alone takes the place of a whole batch, and what its sender has waiting besides pays for that. */
	if (flight->alone)
		rk_flight_board(flight, ticket, (uint32_t)batch->limits.items);
	else
		board_all(flight, ticket);
	rk_flight_depart(flight);
	return flight;
}

/* The first of those that wait, unless it holds what follows one that is in the air. */
static bool half_may_go(const struct rk_batch *batch)
{
	const struct rk_flight *half;

	if (rk_list_empty(&batch->halves))
		return false;
	half = rk_list_item(batch->halves.next, struct rk_flight, node);
	rk_list_each(node, &half->tickets) {
		const struct rk_ticket *ticket = rk_list_item(node, struct rk_ticket, node);

		if (ticket->follows && rk_flight_among(&batch->flying, NULL, ticket->uri))
			return false;
	}
	return true;
}

/* Halves go first; of several slots one is left for the others. */
static bool half_goes_first(const struct rk_batch *batch)
{
	return (batch->halves_busy + 1 < batch->limits.slots || batch->halves_busy == 0) &&
		half_may_go(batch);
}

/* A slow database is not made faster by more at once: when what it has takes half of the time that anybody should wait, the rest
 * waits here, where who comes too late is told so. */
static bool has_enough(const struct rk_batch *batch)
{
	size_t aloft = batch_aloft(batch);

	return aloft > 0 && batch->limits.wait_ms > 0 &&
		rk_pace_takes_ms(&batch->pace, aloft) > batch->limits.wait_ms / 2;
}

/* What stands still ends no wait. */
static void send_later(struct rk_batch *batch)
{
	const struct timeval wait = {.tv_sec = batch->limits.wait_ms / 1000,
		.tv_usec = batch->limits.wait_ms % 1000 * 1000};

	if (batch->queue.count > 0 || !rk_list_empty(&batch->halves))
		(void)event_add(batch->kick, &wait);
}

static void batch_send(struct rk_batch *batch)
{
	while (batch->slots_busy < batch->limits.slots) {
		struct rk_flight *flight;

		if (has_enough(batch)) {
			send_later(batch);
			return;
		}
		flight = half_goes_first(batch) ? take_half(batch) : take_queued(batch);
		if (!flight && half_may_go(batch))
			flight = take_half(batch);
		if (!flight)
			return;
		rk_flight_start(flight);
	}
}
