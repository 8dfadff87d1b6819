/* argument.h - what no request may say, whichever method it is for; and the refusal of one field.
 *
 * A report inside a request is not looked at: the rules judge it (words/rules.h).
 */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <protobuf-c/protobuf-c.h>

/* What a refusal says of one field; what is NULL is not said. */
struct rk_argument {
	const char *reason; /* NULL: ARGUMENT_INVALID */
	const char *field;  /* its path in the request */
	const char *value;  /* as sent, cut to 40 characters */
	const char *range;  /* what is possible, without words: "2000-2199" */
	const char *
		rule; /* the code whose sentence tells what is wrong with the field; NULL: the refusal's own */
	const char *suggestion;
	const char *other; /* the field it contradicts */
};

/* rk_argument_refuse fills err with INVALID_ARGUMENT and *detail (in the arena) with what error.h makes a BadRequest of. */
RK_MUST_USE enum rk_status rk_argument_refuse(struct rk_arena *arena,
	const struct rk_argument *argument, struct rk_slice *detail, struct rk_err *err);

/* rk_arguments_check walks an unpacked request of renkei.v1: numbers of enums that are listed, times within years 1 to 9999 and with
 * nanoseconds below a second, fiscal years 2000 to 2199 or 0, page sizes and versions within their range, codes of the
 * request itself by shape and check digit (whether there is such a municipality is the registry's to say), and texts without
 * control characters but TAB and LF, and without direction marks.
 * Errors: RK_INVALID_ARGUMENT ARGUMENT_INVALID for the first field that does not hold. */
RK_MUST_USE enum rk_status rk_arguments_check(struct rk_arena *arena,
	const ProtobufCMessage *request, struct rk_slice *detail, struct rk_err *err);
