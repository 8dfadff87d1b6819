#include "rpc/suspects.h"

/* Two senders with the same number would travel alone together, and nothing worse. */
static uint64_t who_is(struct rk_slice uri)
{
	return rk_slice_hash(uri, 0);
}

void rk_suspects_add(struct rk_suspects *suspects, struct rk_slice uri, int64_t now_ms)
{
	struct rk_suspect *place = suspects->list;
	uint64_t who = who_is(uri);

	for (size_t i = 0; i < RK_SUSPECTS; i++) {
		struct rk_suspect *one = &suspects->list[i];

		if (one->who == who || one->until_ms < place->until_ms)
			place = one;
		if (one->who == who)
			break;
	}
	*place = (struct rk_suspect){who, now_ms + RK_SUSPECT_MS};
	suspects->until_ms = place->until_ms;
}

bool rk_suspects_has(const struct rk_suspects *suspects, struct rk_slice uri, int64_t now_ms)
{
	uint64_t who;

	if (now_ms >= suspects->until_ms)
		return false;
	who = who_is(uri);
	for (size_t i = 0; i < RK_SUSPECTS; i++)
		if (suspects->list[i].who == who && now_ms < suspects->list[i].until_ms)
			return true;
	return false;
}
