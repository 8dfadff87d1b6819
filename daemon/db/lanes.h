/* lanes.h - what waits for a connection: a queue for each cost, in each of them turns over the principals.
 *
 * The pool takes from it; whose turn it is and who need not begin to wait is decided here.
 */
#pragma once
#include "base/fair.h"
#include "base/pace.h"
#include "db/query_own.h"

struct rk_lanes {
	struct rk_fair queue[RK_COSTS];
	struct rk_pace pace[RK_COSTS];
	int most, slots;
	int64_t wait_ms;
	uint64_t refused, waited_ms[RK_COSTS];
};

/* At most so many wait, and nobody longer than wait_ms (0: as long as it likes) unless fewer than slots stand before it. */
void rk_lanes_init(struct rk_lanes *lanes, int most, int slots, int64_t wait_ms);
/* Errors: RK_RESOURCE_EXHAUSTED SERVER_BUSY, with err->retry_ms, as rk_pool_admit. */
RK_MUST_USE enum rk_status rk_lanes_admit(struct rk_lanes *lanes, enum rk_cost cost,
	const char *uri, int64_t left_ms, struct rk_err *err);
/* Admits a query and lets it wait. */
RK_MUST_USE enum rk_status rk_lanes_add(
	struct rk_lanes *lanes, struct rk_query *query, struct rk_err *err);
/* Whose turn it is, left where it is; NULL: nobody waits. */
struct rk_query *rk_lanes_next(const struct rk_lanes *lanes, enum rk_cost cost);
/* It has had its turn. */
void rk_lanes_take(struct rk_lanes *lanes, struct rk_query *query);
/* It waits no longer. */
void rk_lanes_remove(struct rk_lanes *lanes, struct rk_query *query);
int rk_lanes_waiting(const struct rk_lanes *lanes);
