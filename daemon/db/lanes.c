#include "db/lanes.h"

#include "base/clock.h"

#include <assert.h>

void rk_lanes_init(struct rk_lanes *lanes, int most, int slots, int64_t wait_ms)
{
	assert(most >= 0 && slots >= 1 && wait_ms >= 0);
	*lanes = (struct rk_lanes){.most = most, .slots = slots, .wait_ms = wait_ms};
	for (int cost = 0; cost < RK_COSTS; cost++)
		rk_fair_init(&lanes->queue[cost]);
}

int rk_lanes_waiting(const struct rk_lanes *lanes)
{
	size_t waiting = 0;

	for (int cost = 0; cost < RK_COSTS; cost++)
		waiting += lanes->queue[cost].count;
	return (int)waiting;
}

static enum rk_status refuse(struct rk_lanes *lanes, enum rk_cost cost, int64_t wait_ms,
	int64_t limit_ms, struct rk_err *err)
{
	lanes->refused++;
	(void)rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
		"%d calls wait for the database; this one would wait %lld ms, at most %lld",
		rk_lanes_waiting(lanes), (long long)wait_ms, (long long)limit_ms);
	err->retry_ms = rk_pace_again_ms(&lanes->pace[cost], wait_ms);
	return err->status;
}

enum rk_status rk_lanes_admit(struct rk_lanes *lanes, enum rk_cost cost, const char *uri,
	int64_t left_ms, struct rk_err *err)
{
	const struct rk_fair *queue = &lanes->queue[cost];
	int64_t wait_ms = 0, limit_ms = left_ms;
	size_t ahead = 0;

	/* Who asks for whole tables would rather wait than come again. */
	if (lanes->wait_ms && lanes->wait_ms < left_ms && cost != RK_COST_EXPORT)
		limit_ms = lanes->wait_ms;
	if (queue->count)
		ahead = rk_fair_ahead(queue, rk_fair_waiting(queue, rk_slice_str(uri)));
	if (ahead >= (size_t)lanes->slots)
		wait_ms = rk_pace_wait_ms(&lanes->pace[cost], ahead, rk_clock_ms());
	if (rk_lanes_waiting(lanes) >= lanes->most || wait_ms > limit_ms)
		return refuse(lanes, cost, wait_ms, limit_ms, err);
	return RK_OK;
}

enum rk_status rk_lanes_add(struct rk_lanes *lanes, struct rk_query *query, struct rk_err *err)
{
	const char *uri = query->uri ? query->uri : "";

	assert(query->cost < RK_COSTS && !query->slot);
	RK_TRY(rk_lanes_admit(lanes, query->cost, uri, query->timeout_ms, err));
	if (!rk_fair_add(&lanes->queue[query->cost], rk_slice_str(uri), &query->turn, 1))
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"no memory for a call that would have to wait");
	query->since_ms = rk_clock_ms();
	rk_pace_begin(&lanes->pace[query->cost], query->since_ms);
	assert(rk_lanes_waiting(lanes) <= lanes->most);
	return RK_OK;
}

struct rk_query *rk_lanes_next(const struct rk_lanes *lanes, enum rk_cost cost)
{
	struct rk_fair_item *item = rk_fair_next(&lanes->queue[cost], NULL, NULL);

	return item ? rk_list_item(item, struct rk_query, turn) : NULL;
}

void rk_lanes_take(struct rk_lanes *lanes, struct rk_query *query)
{
	struct rk_fair *queue = &lanes->queue[query->cost];
	int64_t now = rk_clock_ms();

	assert(query->turn.lane && now >= query->since_ms);
	rk_fair_take(queue, &query->turn, 0);
	rk_pace_done(&lanes->pace[query->cost], 1, queue->count > 0, now);
	lanes->waited_ms[query->cost] += (uint64_t)(now - query->since_ms);
}

void rk_lanes_remove(struct rk_lanes *lanes, struct rk_query *query)
{
	struct rk_fair *queue = &lanes->queue[query->cost];

	rk_fair_remove(queue, &query->turn);
	rk_pace_done(&lanes->pace[query->cost], 0, queue->count > 0, 0);
}
