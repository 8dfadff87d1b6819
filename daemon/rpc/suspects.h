/* suspects.h - senders whose reports made a transaction fail a short while ago.
 *
 * What they send next travels alone: who sends such reports again and again does not have the batches of the others halved each time.
 */
#pragma once
#include "base/buf.h"

#define RK_SUSPECTS   32
#define RK_SUSPECT_MS 60000

/* {0} has none. */
struct rk_suspects {
	struct rk_suspect {
		uint64_t who;
		int64_t until_ms;
	} list[RK_SUSPECTS];

	int64_t until_ms; /* of the last one */
};

/* For a minute from now; when there are too many, the one that would be forgotten first is forgotten now. */
void rk_suspects_add(struct rk_suspects *suspects, struct rk_slice uri, int64_t now_ms);
bool rk_suspects_has(const struct rk_suspects *suspects, struct rk_slice uri, int64_t now_ms);
