/* pace.h - how long a queue will take, learnt from how it went; and when who is refused had better come again.
 *
 * Plain arithmetic: the caller brings the time.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rk_pace {
	int64_t each_us; /* from one to the next while others waited, smoothed; 0: nothing is known yet */
	int64_t last_ms;   /* when one last came out, or the first began to wait; 0: nobody waits */
	uint64_t refused;  /* since then */
	uint32_t pressure; /* refused for each that came out, smoothed, in 256ths */
};

/* rk_pace_begin: from now on somebody waits.  Nothing when somebody did already. */
void rk_pace_begin(struct rk_pace *pace, int64_t now_ms);
/* rk_pace_done: so many came out; more: others still wait.  0: who waited went away. */
void rk_pace_done(struct rk_pace *pace, size_t count, bool more, int64_t now_ms);
/* How long so many take, as it has gone, milliseconds. */
int64_t rk_pace_takes_ms(const struct rk_pace *pace, size_t count);
/* How many come out within so long, as it has gone; SIZE_MAX: nothing is known yet. */
size_t rk_pace_within(const struct rk_pace *pace, int64_t ms);
/* How long until so many have come out, milliseconds.  When nothing comes out any more, at least as long as it has stood. */
int64_t rk_pace_wait_ms(const struct rk_pace *pace, size_t ahead, int64_t now_ms);
/* rk_pace_again_ms counts a refusal and says when to try again: the wait, as many times as long as refusals outnumber what comes
 * out, so that all who were refused together do not come back for the same places; 200 ms to 15 s, and then up to half of it
 * more by chance. */
int32_t rk_pace_again_ms(struct rk_pace *pace, int64_t wait_ms);
/* ms and up to half of it more, by chance. */
int32_t rk_pace_spread_ms(int64_t ms);
