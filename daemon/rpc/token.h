/* token.h - what an invitation is used with: 140 random bits that people can copy by hand.
 *
 * 28 characters of Crockford's base 32, in groups of four: no I, L, O and U.  Case, hyphens and blanks do not count, and who writes an
 * I, an L or an O means 1, 1 and 0.
 */
#pragma once
#include "base/buf.h"
#include "base/digest.h"

#include <stdbool.h>

#define RK_TOKEN_TEXT 35 /* with its hyphens and the NUL */

/* False when the system has no randomness. */
RK_MUST_USE bool rk_token_make(char out[RK_TOKEN_TEXT]);
/* The SHA-256, hexadecimal, of a token as it is meant; false when it cannot be one. */
RK_MUST_USE bool rk_token_digest(struct rk_slice text, char out[RK_SHA256_HEX]);
