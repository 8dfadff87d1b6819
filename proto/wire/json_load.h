/* json_load.h - a JSON text by jansson, whole or not at all.
 *
 * jansson without memory does not always fail: it may give a text that lacks a letter.  So its allocations are watched.
 */
#pragma once
#include "base/buf.h"

#include <jansson.h>
#include <stdbool.h>

/* rk_json_load parses a text with jansson's flags; where may be NULL.  The caller owns what it returns.
 *
 * Returns NULL when the text is no JSON, and when memory ran out: *starved tells. */
json_t *rk_json_load(struct rk_slice text, size_t flags, json_error_t *where, bool *starved);
