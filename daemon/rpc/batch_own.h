/* batch_own.h - what the files of the batch share: batch.c (who waits, and whose turn it is), batch_flight.c (one transaction). */
#pragma once
#include "base/fair.h"
#include "base/pace.h"
#include "rpc/batch.h"
#include "rpc/suspects.h"

#define RK_BATCH_SENDERS 4096

struct rk_ticket {
	struct rk_fair_item turn; /* in the queue */
	struct rk_list node;      /* in a flight */
	struct rk_batch *batch;
	rk_submitted_fn *told; /* NULL: abandoned */
	void *arg;
	struct rk_slice uri, spki, request_id, validate_only, report, document, verdict,
		on_behalf_of, relay;
	size_t bytes;
	int64_t since_ms;
	uint16_t sender; /* its place in batch->out_of */
	bool follows;
	uint8_t memory[];
};

/* Tickets that travel together; waiting for a slot when they are half of a batch that failed. */
struct rk_flight {
	struct rk_list node;
	struct rk_batch *batch;
	struct rk_list tickets;
	size_t count, bytes;
	size_t held;      /* of the body budget, for the arrays */
	int64_t since_ms; /* when it was sent */
	bool alone;       /* its sender is a suspect */
	bool half;        /* of a batch that failed */
	struct rk_arena arena;
	struct rk_query *query;
};

struct rk_batch {
	const struct rk_call_env *env;
	struct rk_batch_limits limits;
	char key_id[17];
	struct rk_fair queue; /* tickets, by sender */
	struct rk_pace pace;
	size_t queued_bytes;
	struct rk_list halves; /* flights that wait for a slot, in the order of what is in them */
	struct rk_list flying;
	int slots_busy, halves_busy, alone_busy;
	unsigned vain; /* so many failed in a row, none of them a part that is halved again */
	struct rk_suspects suspects;
	/* Tickets in flights and halves, by sender.  Two may share a place: 0 is certain, all else is looked up in the flights. */
	uint16_t out_of[RK_BATCH_SENDERS];
	struct event *kick;
};

RK_MUST_USE struct rk_flight *rk_flight_create(struct rk_batch *batch);
/* Takes a ticket from the queue along; more: what it costs its lane besides. */
void rk_flight_board(struct rk_flight *flight, struct rk_ticket *ticket, uint32_t more);
/* All are aboard: what follows them waits until they have landed. */
void rk_flight_depart(struct rk_flight *flight);
/* Has this sender a ticket in one of these flights, or in one before until? */
bool rk_flight_among(
	const struct rk_list *flights, const struct rk_flight *until, struct rk_slice uri);
/* Sends it; what goes wrong at once is told at once. */
void rk_flight_start(struct rk_flight *flight);
/* Frees it with what is left in it, untold. */
void rk_flight_free(struct rk_flight *flight);
/* A ticket that is in no list any more. */
void rk_ticket_free(struct rk_ticket *ticket);
