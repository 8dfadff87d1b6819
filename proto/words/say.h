/* say.h - a stable code to a sentence in Japanese, English or Chinese.
 *
 * The English sentence stands in the C source beside its code; ja and zh are gettext catalogues (po files) compiled into
 * the programs, so that no file has to be found at run time.  A code without a sentence in all three fails the build's tests.
 */
#pragma once
#include "base/arena.h"
#include "base/err.h"

enum rk_language { RK_JA, RK_EN, RK_ZH };

struct rk_say_value {
	const char *name; /* of the {placeholder} */
	const char *value;
};

/* rk_say returns the sentence of a code with its {placeholders} filled from values (ended by {NULL, NULL}; may be NULL), in
 * the arena; the code itself when there is no such sentence or no memory.  Codes: those of findings and of error reasons. */
const char *rk_say(struct rk_arena *arena, enum rk_language language, const char *code,
	const struct rk_say_value *values);
/* "ja", "en", "zh" (also "ja_JP.UTF-8") to the enum; RK_EN for anything else. */
enum rk_language rk_language(const char *name);
/* All codes, sorted. */
const char *const *rk_say_codes(size_t *count);
