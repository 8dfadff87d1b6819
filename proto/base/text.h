/* text.h - strict numbers, UTF-8, percent, hex and base64, display width.  Pure functions of bytes. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* Whole-slice decimal numbers: optional '-', digits, nothing else; false on anything else or overflow. */
RK_MUST_USE bool rk_text_i64(struct rk_slice text, int64_t min, int64_t max, int64_t *value);
/* Whole-slice decimal number, with point and exponent if any; false on anything else and on overflow.  In any locale. */
RK_MUST_USE bool rk_text_double(struct rk_slice text, double *value);
/* Decimal digits, behind a '-' when negative. */
RK_MUST_USE enum rk_status rk_text_add_i64(struct rk_buf *out, int64_t value);
RK_MUST_USE enum rk_status rk_text_add_u64(struct rk_buf *out, uint64_t value);
/* Shortest decimal form that reads back as the same number, in any locale; "-0.0" for the zero below.  Finite numbers only. */
RK_MUST_USE enum rk_status rk_text_add_double(struct rk_buf *out, double value);
RK_MUST_USE enum rk_status rk_text_add_float(struct rk_buf *out, float value);
/* First byte that is not valid UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF); text.len if none. */
size_t rk_text_utf8_bad(struct rk_slice text);
/* The front of text that is valid UTF-8 and has at most max bytes: what may stand in a sentence for people. */
struct rk_slice rk_text_front(struct rk_slice text, size_t max);
/* Next code point of valid UTF-8, moving *at; 0 at the end. */
uint32_t rk_text_next(struct rk_slice text, size_t *at);
/* Control characters but TAB and LF (C0, DEL, C1). */
bool rk_text_is_control(uint32_t c);
/* Embeddings, overrides and isolates (UAX #9): they can make a sentence read otherwise than it is stored. */
bool rk_text_is_direction(uint32_t c);
/* Valid UTF-8 for one line of a terminal: control characters and direction marks become \uXXXX. */
RK_MUST_USE enum rk_status rk_text_add_visible(struct rk_buf *out, struct rk_slice text);
/* Number of code points of valid UTF-8. */
size_t rk_text_chars(struct rk_slice text);
/* Columns on a terminal: East Asian wide and full-width characters are 2, combining marks 0. */
size_t rk_text_width(struct rk_slice text);
/* Lower-case hexadecimal; the decoder takes both cases and an even number of digits. */
RK_MUST_USE enum rk_status rk_text_hex(struct rk_buf *out, struct rk_slice bytes);
RK_MUST_USE bool rk_text_unhex(struct rk_buf *out, struct rk_slice text);
/* Standard base64 (RFC 4648 section 4) with padding; the decoder takes missing padding too (gRPC -bin headers do that). */
RK_MUST_USE enum rk_status rk_text_base64(struct rk_buf *out, struct rk_slice bytes);
RK_MUST_USE bool rk_text_unbase64(struct rk_buf *out, struct rk_slice text);
/* Percent encoding of grpc-message: bytes outside 0x20-0x7e and '%' become %XX; the decoder leaves broken escapes as they are. */
RK_MUST_USE enum rk_status rk_text_percent(struct rk_buf *out, struct rk_slice text);
RK_MUST_USE enum rk_status rk_text_unpercent(struct rk_buf *out, struct rk_slice text);
/* A UUID of RFC 9562 in its 36-character form, any case and version, not nil. */
bool rk_text_is_uuid(struct rk_slice text);
/* Writes a fresh random UUID (version 4) with a NUL; false when the system has no randomness. */
RK_MUST_USE bool rk_text_uuid(char out[37]);
/* UTC seconds since 1970 and nanoseconds, to and from RFC 3339 ("2016-07-15T14:59:59.123456Z"; an offset is accepted). */
RK_MUST_USE bool rk_text_rfc3339(struct rk_slice text, int64_t *seconds, int32_t *nanos);
RK_MUST_USE enum rk_status rk_text_add_rfc3339(struct rk_buf *out, int64_t seconds, int32_t nanos);
/* The part of a second behind the point, ".500", ".000001" or nine digits; nothing for 0. */
RK_MUST_USE enum rk_status rk_text_add_nanos(struct rk_buf *out, int32_t nanos);
