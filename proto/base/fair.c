#include "base/fair.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct rk_fair_lane {
	struct rk_list node;   /* by what it has had */
	struct rk_list bucket; /* by its key */
	struct rk_list items;
	size_t count;
	uint64_t had;
	size_t key_len;
	uint8_t key[];
};

void rk_fair_init(struct rk_fair *fair)
{
	*fair = (struct rk_fair){0};
	rk_list_init(&fair->lanes);
	for (size_t i = 0; i < RK_FAIR_BUCKETS; i++)
		rk_list_init(&fair->buckets[i]);
}

static size_t bucket_of(struct rk_slice key)
{
	return rk_slice_hash(key, 0) % RK_FAIR_BUCKETS;
}

static struct rk_fair_lane *lane_find(const struct rk_fair *fair, struct rk_slice key)
{
	const struct rk_list *bucket = &fair->buckets[bucket_of(key)];

	rk_list_each(node, bucket) {
		struct rk_fair_lane *lane = rk_list_item(node, struct rk_fair_lane, bucket);

		if (rk_slice_equal(rk_slice_of(lane->key, lane->key_len), key))
			return lane;
	}
	return NULL;
}

static bool is_in_order(const struct rk_fair *fair, const struct rk_fair_lane *lane)
{
	struct rk_list *before = lane->node.prev, *behind = lane->node.next;

	return (before == &fair->lanes ||
		       rk_list_item(before, struct rk_fair_lane, node)->had <= lane->had) &&
		(behind == &fair->lanes ||
			rk_list_item(behind, struct rk_fair_lane, node)->had > lane->had);
}

/* Behind those that have had as much.  Most have had about the same: from which end the place is nearer, the caller knows. */
static void lane_place(struct rk_fair *fair, struct rk_fair_lane *lane, bool from_front)
{
	struct rk_list *at = from_front ? fair->lanes.next : fair->lanes.prev;

	if (from_front) {
		while (at != &fair->lanes &&
			rk_list_item(at, struct rk_fair_lane, node)->had <= lane->had)
			at = at->next;
		rk_list_append(at, &lane->node);
	} else {
		while (at != &fair->lanes &&
			rk_list_item(at, struct rk_fair_lane, node)->had > lane->had)
			at = at->prev;
		rk_list_append(at->next, &lane->node);
	}
	assert(is_in_order(fair, lane));
}

static struct rk_fair_lane *lane_create(struct rk_fair *fair, struct rk_slice key)
{
	struct rk_fair_lane *lane = calloc(1, sizeof *lane + key.len);

	if (!lane)
		return NULL;
	lane->key_len = key.len;
	if (key.len)
		memcpy(lane->key, key.at, key.len);
	rk_list_init(&lane->items);
	lane->had = fair->now;
	lane_place(fair, lane, true);
	rk_list_append(&fair->buckets[bucket_of(key)], &lane->bucket);
	fair->lane_count++;
	return lane;
}

bool rk_fair_add(
	struct rk_fair *fair, struct rk_slice key, struct rk_fair_item *item, uint32_t cost)
{
	struct rk_fair_lane *lane = lane_find(fair, key);

	assert(!item->lane);
	if (!lane)
		lane = lane_create(fair, key);
	if (!lane)
		return false;
	item->lane = lane;
	item->cost = cost ? cost : 1;
	rk_list_append(&lane->items, &item->node);
	lane->count++;
	fair->count++;
	assert(fair->count >= fair->lane_count && fair->count >= lane->count);
	return true;
}

static struct rk_fair_item *lane_next(
	const struct rk_fair_lane *lane, rk_fair_may_fn *may, void *arg)
{
	rk_list_each(node, &lane->items) {
		struct rk_fair_item *item = rk_list_item(node, struct rk_fair_item, node);
		enum rk_fair_may answer = may ? may(item, arg) : RK_FAIR_YES;

		assert(item->lane == lane);
		if (answer == RK_FAIR_YES)
			return item;
		if (answer == RK_FAIR_CLOSED)
			return NULL;
	}
	return NULL;
}

struct rk_fair_item *rk_fair_next(const struct rk_fair *fair, rk_fair_may_fn *may, void *arg)
{
	rk_list_each(at, &fair->lanes) {
		struct rk_fair_item *item = lane_next(
			rk_list_item(at, struct rk_fair_lane, node), may, arg);

		if (item)
			return item;
	}
	return NULL;
}

/* True when the lane is gone. */
static bool item_remove(struct rk_fair *fair, struct rk_fair_item *item)
{
	struct rk_fair_lane *lane = item->lane;

	assert(lane->count > 0 && fair->count >= lane->count && fair->lane_count > 0);
	rk_list_remove(&item->node);
	item->lane = NULL;
	fair->count--;
	if (--lane->count)
		return false;
	rk_list_remove(&lane->node);
	rk_list_remove(&lane->bucket);
	fair->lane_count--;
	assert(rk_list_empty(&lane->items));
	assert((fair->count == 0) == (fair->lane_count == 0));
	free(lane);
	return true;
}

void rk_fair_take(struct rk_fair *fair, struct rk_fair_item *item, uint32_t more)
{
	struct rk_fair_lane *lane = item->lane;
	uint64_t cost = (uint64_t)item->cost + more;

	assert(lane && item->cost > 0);
	if (lane->had > fair->now)
		fair->now = lane->had;
	fair->crowd -= fair->crowd > 0;
	if (fair->crowd < fair->lane_count * 2)
		fair->crowd = fair->lane_count * 2;
	if (item_remove(fair, item))
		return;
	lane->had += cost;
	rk_list_remove(&lane->node);
	lane_place(fair, lane, false);
}

void rk_fair_remove(struct rk_fair *fair, struct rk_fair_item *item)
{
	if (item->lane)
		(void)item_remove(fair, item);
}

size_t rk_fair_waiting(const struct rk_fair *fair, struct rk_slice key)
{
	const struct rk_fair_lane *lane = lane_find(fair, key);

	return lane ? lane->count : 0;
}

size_t rk_fair_ahead(const struct rk_fair *fair, size_t waiting)
{
	size_t lanes = fair->lane_count + (waiting == 0), turns = (waiting + 1) * lanes - 1;
	size_t later = waiting * (fair->crowd / 2);

	assert(waiting <= fair->count);
	if (turns > fair->count)
		turns = fair->count;
	return turns > later ? turns : later;
}
