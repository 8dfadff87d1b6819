/* json_reader.h - where a walk over JSON stands and how it says that it failed; for json_read.c. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

#include <jansson.h>

enum { RK_JSON_PATH = 200 };

struct rk_json_reader {
	struct rk_buf *out;
	struct rk_err *err;
	unsigned depth;
	size_t path_len;
	char path[RK_JSON_PATH];
};

/* Lengthens the path, as far as it fits; reader->path_len set back shortens it again. */
void rk_json_path_add(struct rk_json_reader *reader, const char *format, ...) RK_PRINTF(2, 3);
/* The path as text, "the message" at its root. */
const char *rk_json_path(struct rk_json_reader *reader);
/* BAD_JSON_VALUE with the path, what was found and what was expected. */
enum rk_status rk_json_bad(
	struct rk_json_reader *reader, const json_t *value, const char *expected);
enum rk_status rk_json_no_memory(struct rk_json_reader *reader);
/* Passes RK_OK on and explains anything else as missing memory. */
RK_MUST_USE enum rk_status rk_json_put(struct rk_json_reader *reader, enum rk_status status);
/* Puts tag and length before what has been appended since begin. */
RK_MUST_USE enum rk_status rk_json_wrap(
	struct rk_json_reader *reader, size_t begin, uint32_t number);
