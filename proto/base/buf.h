/* buf.h - a growing run of bytes, and a borrowed one. */
#pragma once
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A borrowed run of bytes: never freed, never written, not ended by a NUL.  at == NULL only where a header says so. */
struct rk_slice {
	const uint8_t *at;
	size_t len;
};

/* A run of bytes of its own.  {0} is an empty one; {.max = n} refuses to grow over n bytes (0: 1 GiB). */
struct rk_buf {
	uint8_t *at;
	size_t len;
	size_t cap;
	size_t max;
};

/* A slice over a string, without its NUL; rk_slice_str(NULL) is empty. */
struct rk_slice rk_slice_str(const char *text);
struct rk_slice rk_slice_of(const void *at, size_t len);
struct rk_slice rk_buf_slice(const struct rk_buf *buf);
bool rk_slice_equal(struct rk_slice a, struct rk_slice b);
bool rk_slice_equal_str(struct rk_slice a, const char *text);
/* rk_slice_hash finds a place for bytes; each seed another one.  No secret: who may choose bytes can choose their place. */
uint64_t rk_slice_hash(struct rk_slice slice, uint64_t seed);

/* All of these append.  RK_RESOURCE_EXHAUSTED when memory or max is reached; buf is then unchanged. */
RK_MUST_USE enum rk_status rk_buf_add(struct rk_buf *buf, const void *at, size_t len);
RK_MUST_USE enum rk_status rk_buf_add_slice(struct rk_buf *buf, struct rk_slice slice);
RK_MUST_USE enum rk_status rk_buf_add_str(struct rk_buf *buf, const char *text);
RK_MUST_USE enum rk_status rk_buf_addf(struct rk_buf *buf, const char *format, ...) RK_PRINTF(2, 3);
/* rk_buf_reserve makes room for len more bytes and returns where they begin, or NULL; add len to buf->len when written. */
RK_MUST_USE uint8_t *rk_buf_reserve(struct rk_buf *buf, size_t len);
/* rk_buf_cstr ends the bytes with a NUL that is not counted and returns them, or NULL without memory. */
RK_MUST_USE char *rk_buf_cstr(struct rk_buf *buf);
/* rk_buf_consume drops len bytes from the front; len <= buf->len. */
void rk_buf_consume(struct rk_buf *buf, size_t len);
void rk_buf_clear(struct rk_buf *buf);
