/* terms.h - the words of the contract that stand inside sentences: states, roles, kinds of record, moments. */
#pragma once
#include "base/arena.h"
#include "words/say.h"

/* rk_term returns the word of a value in this language: "withdrawn" of the placeholder {state} is 取下げ.  A list, "a, b", is
 * translated word by word, in the arena; a moment of {..._at} is told in Japan's time in every language.  What is no term, and other terms in
 * English, is returned as it is. */
const char *rk_term(struct rk_arena *arena, enum rk_language language, const char *placeholder,
	const char *value);
