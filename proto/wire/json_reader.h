/* json_reader.h - where a walk over JSON stands and how it says that it failed; for json_read.c. */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "wire/json.h"

#include <jansson.h>

enum { RK_JSON_PATH = 200 };

struct rk_json_reader {
	struct rk_buf *out;
	struct rk_err *err;
	const struct rk_json_listener *listener; /* NULL: the first fault ends it all, in err */
	size_t fault_count;
	unsigned depth;
	size_t path_len;
	char path[RK_JSON_PATH];
};

/* Lengthens the path, as far as it fits; reader->path_len set back shortens it again. */
void rk_json_path_add(struct rk_json_reader *reader, const char *format, ...) RK_PRINTF(2, 3);
/* The path as text, "the message" at its root. */
const char *rk_json_path(struct rk_json_reader *reader);

/* The faults, in err or to the listener; each returns RK_INVALID_ARGUMENT.  Of a value: what belongs there, as the code of a
 * sentence and in English; of a scalar or enum with what would pass; of a name that no field has, with the near one or NULL; of a field
 * that stands twice, or beside its other; of the text as a whole. */
enum rk_status rk_json_bad(
	struct rk_json_reader *reader, const json_t *value, const char *code, const char *expected);
enum rk_status rk_json_bad_scalar(struct rk_json_reader *reader,
	const ProtobufCFieldDescriptor *field, const json_t *value, const char *expected);
enum rk_status rk_json_bad_enum(
	struct rk_json_reader *reader, const ProtobufCEnumDescriptor *type, const json_t *value);
enum rk_status rk_json_bad_name(
	struct rk_json_reader *reader, const ProtobufCMessageDescriptor *type, const char *near);
enum rk_status rk_json_bad_twice(struct rk_json_reader *reader, const char *other);
enum rk_status rk_json_bad_text(struct rk_json_reader *reader, const json_error_t *where);
/* Gives a fault its path and the listener the fault. */
enum rk_status rk_json_tell(struct rk_json_reader *reader, struct rk_json_fault *fault);
enum rk_status rk_json_no_memory(struct rk_json_reader *reader);
/* Passes RK_OK on and explains anything else as missing memory. */
RK_MUST_USE enum rk_status rk_json_put(struct rk_json_reader *reader, enum rk_status status);
/* Puts tag and length before what has been appended since begin. */
RK_MUST_USE enum rk_status rk_json_wrap(
	struct rk_json_reader *reader, size_t begin, uint32_t number);
/* True when a fault has been told and the walk goes on behind it, as if nothing had stood there: out and path as they were. */
RK_MUST_USE bool rk_json_is_told(
	struct rk_json_reader *reader, enum rk_status status, size_t begin, size_t path_len);
/* Appends the element that stands for one that could not be read. */
RK_MUST_USE enum rk_status rk_json_add_blank(
	struct rk_json_reader *reader, const ProtobufCFieldDescriptor *field, bool packed);
