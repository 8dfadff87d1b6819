/* near.h - which of several words may be meant by one that is none of them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* A text and the words it was compared with so far; {.text = text} before the first.  Both are borrowed. */
struct rk_near {
	const char *text;
	const char *nearest, *only;
	size_t best, containing;
};

void rk_near_compare(struct rk_near *near, const char *word);
/* The only word that the text is a part of, else the nearest; NULL when none is near. */
const char *rk_near_meant(const struct rk_near *near);

/* Whether other is near to text, and nearer than all that were asked before it with the same best, which is 0 at first. */
bool rk_near_beats(const char *text, const char *other, size_t *best);
