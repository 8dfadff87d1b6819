/* fair.h - a queue that is taken in turns: who has many things waiting delays nobody else.
 *
 * Each key has a lane, first come first served inside it but for those that may not be taken yet.  The next thing is taken from the lane that has had least: start-time fair
 * queueing (Goyal, Vin and Cheng, 1996), so that two lanes that both have something waiting never differ by more than the dearest
 * thing of each.  A new lane begins where the queue stands now: it is owed nothing for the time it was away, and a lane that empties
 * owes nothing either, so who has one thing waiting at a time pays for none of them.  No clock, no locks.
 */
#pragma once
#include "base/buf.h"
#include "base/list.h"

#include <stdint.h>

#define RK_FAIR_BUCKETS 256

struct rk_fair_lane;

/* Lies inside the thing that waits; lane is NULL while it is in no queue. */
struct rk_fair_item {
	struct rk_list node;
	struct rk_fair_lane *lane;
	uint32_t cost;
};

struct rk_fair {
	struct rk_list lanes; /* the one that has had least is the first */
	struct rk_list buckets[RK_FAIR_BUCKETS];
	size_t count, lane_count;
	size_t crowd; /* so many lanes there were within the last two rounds, in halves */
	uint64_t now; /* what the lane taken from last had had */
};

/* May this one be taken now?  When not: perhaps one behind it, or none of its lane. */
enum rk_fair_may { RK_FAIR_YES, RK_FAIR_LATER, RK_FAIR_CLOSED };
typedef enum rk_fair_may rk_fair_may_fn(struct rk_fair_item *item, void *arg);

void rk_fair_init(struct rk_fair *fair);
/* rk_fair_add appends item to the lane of key; cost is at least 1.  False without memory. */
RK_MUST_USE bool rk_fair_add(
	struct rk_fair *fair, struct rk_slice key, struct rk_fair_item *item, uint32_t cost);
/* The item whose turn it is, left where it is: of each lane in turn the first that may; NULL when none may.  may NULL: all may. */
struct rk_fair_item *rk_fair_next(const struct rk_fair *fair, rk_fair_may_fn *may, void *arg);
/* Takes item out, at the expense of its lane: its cost, and what else taking it costs the others. */
void rk_fair_take(struct rk_fair *fair, struct rk_fair_item *item, uint32_t more);
/* Takes item out, at nobody's expense; nothing when it is in no queue. */
void rk_fair_remove(struct rk_fair *fair, struct rk_fair_item *item);
/* How many things wait in the lane of key. */
size_t rk_fair_waiting(const struct rk_fair *fair, struct rk_slice key);
/* rk_fair_ahead says how many things will be taken before the next one of a lane with so many waiting, if all cost the same and as many
 * lanes come back as there were of late: who fills an empty queue does not have it for itself. */
size_t rk_fair_ahead(const struct rk_fair *fair, size_t waiting);
