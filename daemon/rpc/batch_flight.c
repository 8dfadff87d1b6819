/* One transaction of the batch: sent, settled, dealt out, halved. */
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "rpc/batch_own.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 20000
#define VAIN_MOST  3
#define COLUMNS    9 /* what travels element by element */

const struct rk_statement rk_batch_statement = {
	"submit_reports",
	"select item, outcome from renkei_api.submit_reports($1::text[], $2::bytea[], $3::text[], "
	"$4::text[], $5::bytea[], $6::jsonb[], $7::jsonb[], $8::text, $9::text[], $10::jsonb[])",
	10,
};

void rk_ticket_free(struct rk_ticket *ticket)
{
	rk_quota_bytes(ticket->batch->env->quota, -(int64_t)ticket->bytes);
	free(ticket);
}

/* Out of its flight, whatever became of it. */
static void ticket_land(struct rk_ticket *ticket)
{
	assert(!ticket->turn.lane && ticket->batch->out_of[ticket->sender] > 0);
	rk_list_remove(&ticket->node);
	ticket->batch->out_of[ticket->sender]--;
}

struct rk_flight *rk_flight_create(struct rk_batch *batch)
{
	struct rk_flight *flight = calloc(1, sizeof *flight);

	if (!flight)
		return NULL;
	flight->batch = batch;
	/* Arrays are copies of what they hold. */
	flight->arena.cap = batch->limits.bytes * 2 + ((size_t)16 << 20);
	rk_list_init(&flight->tickets);
	return flight;
}

void rk_flight_board(struct rk_flight *flight, struct rk_ticket *ticket, uint32_t more)
{
	struct rk_batch *batch = flight->batch;

	assert(flight->count < batch->limits.items && batch->queued_bytes >= ticket->bytes);
	rk_fair_take(&batch->queue, &ticket->turn, more);
	batch->queued_bytes -= ticket->bytes;
	rk_list_append(&flight->tickets, &ticket->node);
	flight->count++;
	flight->bytes += ticket->bytes;
	atomic_fetch_add_explicit(&batch->env->stats->batch_wait_ms,
		(uint64_t)(rk_clock_ms() - ticket->since_ms), memory_order_relaxed);
}

void rk_flight_depart(struct rk_flight *flight)
{
	rk_list_each(node, &flight->tickets)
		flight->batch->out_of[rk_list_item(node, struct rk_ticket, node)->sender]++;
}

void rk_flight_free(struct rk_flight *flight)
{
	/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): version 14 does not see that a ticket that was told has left the list */
	rk_list_each(node, &flight->tickets) {
		struct rk_ticket *ticket = rk_list_item(node, struct rk_ticket, node);

		ticket_land(ticket);
		rk_ticket_free(ticket);
	}
	rk_list_remove(&flight->node);
	if (flight->query)
		rk_query_release(flight->query);
	rk_quota_bytes(flight->batch->env->quota, -(int64_t)flight->held);
	rk_arena_clear(&flight->arena);
	free(flight);
}

static void ticket_tell(struct rk_ticket *ticket, enum rk_status status, struct rk_slice outcome,
	const struct rk_err *err)
{
	ticket_land(ticket);
	if (ticket->told)
		ticket->told(status, outcome, err, ticket->arg);
	rk_ticket_free(ticket);
}

/* Nothing came out of it; when nobody waits any more, the time until somebody does is no time of waiting. */
static void pace_rest(struct rk_batch *batch)
{
	rk_pace_done(&batch->pace, 0, batch->queue.count > 0, 0);
}

static void flight_fail(struct rk_flight *flight, const struct rk_err *err)
{
	rk_list_each(node, &flight->tickets)
		ticket_tell(rk_list_item(node, struct rk_ticket, node), err->status,
			(struct rk_slice){0}, err);
	assert(rk_list_empty(&flight->tickets));
	rk_flight_free(flight);
}

static enum rk_status add_items(struct rk_flight *flight, const struct rk_slice *items[COLUMNS])
{
	struct rk_query *query = flight->query;
	struct rk_arena *arena = &flight->arena;

	RK_TRY(rk_query_text_array(query, arena, items[0], flight->count));
	RK_TRY(rk_query_bytes_array(query, arena, items[1], flight->count));
	RK_TRY(rk_query_text_array(query, arena, items[2], flight->count));
	RK_TRY(rk_query_text_array(query, arena, items[3], flight->count));
	RK_TRY(rk_query_bytes_array(query, arena, items[4], flight->count));
	RK_TRY(rk_query_json_array(query, arena, items[5], flight->count));
	RK_TRY(rk_query_json_array(query, arena, items[6], flight->count));
	rk_query_text(query, rk_slice_str(flight->batch->key_id));
	RK_TRY(rk_query_text_array(query, arena, items[7], flight->count));
	return rk_query_json_array(query, arena, items[8], flight->count);
}

static enum rk_status flight_bind(struct rk_flight *flight)
{
	struct rk_slice *columns[COLUMNS];
	const struct rk_slice *items[COLUMNS];
	size_t i = 0;

	for (size_t c = 0; c < COLUMNS; c++) {
		columns[c] = rk_arena_alloc(&flight->arena, flight->count * sizeof **columns);
		if (!columns[c])
			return RK_RESOURCE_EXHAUSTED;
		items[c] = columns[c];
	}
	rk_list_each(node, &flight->tickets) {
		const struct rk_ticket *t = rk_list_item(node, struct rk_ticket, node);
		const struct rk_slice row[COLUMNS] = {t->uri, t->spki, t->request_id,
			t->validate_only, t->report, t->document, t->verdict, t->on_behalf_of,
			t->relay};

		for (size_t c = 0; c < COLUMNS; c++)
			columns[c][i] = row[c];
		i++;
	}
	assert(i == flight->count && i > 0);
	flight->query = rk_query_create(&flight->arena, &rk_batch_statement, NULL, TIMEOUT_MS);
	if (!flight->query)
		return RK_RESOURCE_EXHAUSTED;
	rk_query_cost(flight->query, RK_COST_SUBMISSION);
	return add_items(flight, items);
}

bool rk_flight_among(
	const struct rk_list *flights, const struct rk_flight *until, struct rk_slice uri)
{
	rk_list_each(at, flights) {
		const struct rk_flight *flight = rk_list_item(at, struct rk_flight, node);

		if (flight == until)
			return false;
		rk_list_each(node, &flight->tickets) {
			if (rk_slice_equal(rk_list_item(node, struct rk_ticket, node)->uri, uri))
				return true;
		}
	}
	return false;
}

/* In front of the halves that wait already: what came first goes first. */
static void flight_wait(struct rk_flight *flight, struct rk_list *behind)
{
	flight->half = true;
	if (flight->count)
		rk_list_append(behind, &flight->node);
	else
		free(flight);
}

/* Halves of a batch that failed; abandoned ones stay behind. */
static void flight_halve(struct rk_flight *flight, const struct rk_err *err)
{
	struct rk_batch *batch = flight->batch;
	struct rk_flight *halves[2] = {rk_flight_create(batch), rk_flight_create(batch)};
	struct rk_list *behind = batch->halves.next;
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
		struct rk_flight *half = halves[i++ < count / 2 ? 0 : 1];

		if (!rk_list_item(node, struct rk_ticket, node)->told)
			continue;
		rk_list_remove(node);
		rk_list_append(&half->tickets, node);
		half->count++;
	}
	flight_wait(halves[0], behind);
	flight_wait(halves[1], behind);
	rk_flight_free(flight);
	if (rk_list_empty(&batch->halves))
		pace_rest(batch);
}

static void flight_deal(struct rk_flight *flight)
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
	rk_flight_free(flight);
}

/* Who failed alone: not by what passes by itself, and not by what the whole database suffers from.  When so many fail in a row and
 * nothing gets through it is the database, whatever it says. */
static bool is_poison(const struct rk_batch *batch, enum rk_status status)
{
	return status != RK_ABORTED && status != RK_RESOURCE_EXHAUSTED &&
		status != RK_DEADLINE_EXCEEDED && status != RK_DATA_LOSS && batch->vain < VAIN_MOST;
}

static void flight_suspect(struct rk_flight *flight)
{
	const struct rk_ticket *ticket = rk_list_item(flight->tickets.next, struct rk_ticket, node);

	rk_suspects_add(&flight->batch->suspects, ticket->uri, rk_clock_ms());
}

static void flight_slot(const struct rk_flight *flight, int by)
{
	struct rk_batch *batch = flight->batch;

	batch->slots_busy += by;
	batch->halves_busy += flight->half ? by : 0;
	batch->alone_busy += flight->alone ? by : 0;
	assert(batch->halves_busy >= 0 && batch->halves_busy <= batch->slots_busy);
	assert(batch->alone_busy >= 0 && batch->alone_busy <= batch->slots_busy);
	assert(batch->slots_busy <= batch->limits.slots);
}

/* The transaction is committed or lost: before this moment nothing was promised. */
static void flight_on_settled(struct rk_query *query, void *arg)
{
	struct rk_flight *flight = arg;
	struct rk_batch *batch = flight->batch;
	struct rk_slice detail;
	struct rk_err err = {0};
	enum rk_status status = rk_query_status(query, &detail, &err);
	bool known = status != RK_UNAVAILABLE && status != RK_CANCELLED;

	assert(query == flight->query && flight->count > 0);
	flight_slot(flight, -1);
	rk_list_remove(&flight->node);
	if (status != RK_OK && known && flight->count > 1) {
		flight_halve(flight, &err);
	} else {
		rk_pace_done(&batch->pace, flight->count, batch->queue.count > 0, rk_clock_ms());
		if (status != RK_OK && known && is_poison(batch, status))
			flight_suspect(flight);
		batch->vain = status == RK_OK ? 0 : batch->vain + 1;
		if (status == RK_OK)
			flight_deal(flight);
		else
			flight_fail(flight, &err);
	}
	event_active(batch->kick, EV_TIMEOUT, 1);
}

static enum rk_status flight_submit(struct rk_flight *flight, struct rk_err *err)
{
	const struct rk_call_env *env = flight->batch->env;

	if (flight_bind(flight) != RK_OK)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "REQUEST_TOO_LARGE",
			"the submission does not fit into the server's memory; nothing was stored");
	flight->held = flight->arena.used;
	rk_quota_bytes(env->quota, (int64_t)flight->held);
	return rk_pool_submit(env->pool, flight->query, flight_on_settled, flight, err);
}

void rk_flight_start(struct rk_flight *flight)
{
	struct rk_err err = {0};

	if (flight_submit(flight, &err) == RK_OK) {
		flight->since_ms = rk_clock_ms();
		flight_slot(flight, 1);
		rk_list_append(&flight->batch->flying, &flight->node);
	} else if (flight->count == 1 || err.status == RK_UNAVAILABLE ||
		strcmp(err.reason, "SERVER_BUSY") == 0) {
		pace_rest(flight->batch);
		flight_fail(flight, &err);
	} else {
		flight_halve(flight, &err);
	}
}
