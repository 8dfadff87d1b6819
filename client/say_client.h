/* say_client.h - the client's own sentences, beside those of words/say.h: help, questions, labels, troubles.
 *
 * One table: code, English, Japanese, Chinese.  None may be missing.
 */
#pragma once
#include "words/say.h"

#include <stddef.h>

/* The text of a code, with its {placeholders} unfilled; NULL when the client has none. */
const char *rk_client_text(enum rk_language language, const char *code);
/* The n-th code, NULL behind the last; for tests. */
const char *rk_client_code(size_t n);
