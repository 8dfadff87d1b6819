/* check.h - cmocka with what it needs in the order it needs it, and a few helpers. */
#pragma once
/* cmocka.h uses the others without including them. */
/* clang-format off */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/err.h"

/* A slice over a string literal, NULs inside it counted. */
#define bytes(literal) rk_slice_of("" literal, sizeof(literal) - 1)

/* An expression of enum rk_status is OK; prints err's sentence when it is not. */
#define assert_ok(expression, err)                                                     \
	do {                                                                           \
		enum rk_status check_status_ = (expression);                           \
		if (check_status_ != RK_OK)                                            \
			fail_msg("%s: status %d: %s", #expression, (int)check_status_, \
				check_status_ == (err).status ? (err).text : "");      \
	} while (0)

/* A slice holds exactly this literal. */
#define assert_slice_equal(slice, literal)                                                         \
	do {                                                                                       \
		struct rk_slice check_slice_ = (slice);                                            \
		if (!rk_slice_equal(check_slice_, bytes(literal)))                                 \
			fail_msg("%zu bytes \"%.*s\", not \"%s\"", check_slice_.len,               \
				(int)check_slice_.len, (const char *)check_slice_.at, "" literal); \
	} while (0)

/* A buffer holds exactly this literal. */
#define assert_buf_equal(buf, literal) assert_slice_equal(rk_buf_slice(buf), literal)

/* Some text contains another. */
#define assert_contains(text, part)                                          \
	do {                                                                 \
		if (!strstr((text), (part)))                                 \
			fail_msg("\"%s\" is not in \"%s\"", (part), (text)); \
	} while (0)
