#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEFAULT = 1 << 30, CAP_FIRST = 64 };

struct rk_slice rk_slice_str(const char *text)
{
	return rk_slice_of(text, text ? strlen(text) : 0);
}

struct rk_slice rk_slice_of(const void *at, size_t len)
{
	return (struct rk_slice){.at = at, .len = len};
}

struct rk_slice rk_buf_slice(const struct rk_buf *buf)
{
	return rk_slice_of(buf->at, buf->len);
}

bool rk_slice_equal(struct rk_slice a, struct rk_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool rk_slice_equal_str(struct rk_slice a, const char *text)
{
	return rk_slice_equal(a, rk_slice_str(text));
}

/* FNV-1a, and a last stir because its low bits know only low bits. */
uint64_t rk_slice_hash(struct rk_slice slice, uint64_t seed)
{
	uint64_t hash = 14695981039346656037U ^ seed;

	for (size_t i = 0; i < slice.len; i++)
		hash = (hash ^ slice.at[i]) * 1099511628211U;
	hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdU;
	return hash ^ hash >> 33;
}

/* What everybody who fills the room of a reservation has to leave behind. */
static bool is_whole(const struct rk_buf *buf)
{
	return buf->at ? buf->len < buf->cap : buf->len == 0 && buf->cap == 0;
}

/* Bytes of the buffer itself would move away while they are copied. */
static bool is_foreign(const struct rk_buf *buf, const void *at, size_t len)
{
	uintptr_t mine = (uintptr_t)buf->at, theirs = (uintptr_t)at;

	return theirs + len <= mine || theirs >= mine + buf->cap;
}

/* Room for more bytes, and always one behind them for a NUL. */
static bool grow(struct rk_buf *buf, size_t more)
{
	size_t max = buf->max ? buf->max : MAX_DEFAULT;
	size_t cap = buf->cap ? buf->cap : CAP_FIRST;
	uint8_t *at;

	assert(is_whole(buf));
	if (buf->len > max || more > max - buf->len)
		return false;
	if (buf->len + more < buf->cap)
		return true;
	while (cap <= buf->len + more)
		cap *= 2;
	at = realloc(buf->at, cap);
	if (!at)
		return false;
	buf->at = at;
	buf->cap = cap;
	assert(more < buf->cap - buf->len);
	return true;
}

enum rk_status rk_buf_add(struct rk_buf *buf, const void *at, size_t len)
{
	if (len == 0)
		return RK_OK;
	assert(at && is_foreign(buf, at, len));
	if (!grow(buf, len))
		return RK_RESOURCE_EXHAUSTED;
	memcpy(buf->at + buf->len, at, len);
	buf->len += len;
	return RK_OK;
}

enum rk_status rk_buf_add_slice(struct rk_buf *buf, struct rk_slice slice)
{
	return rk_buf_add(buf, slice.at, slice.len);
}

enum rk_status rk_buf_add_str(struct rk_buf *buf, const char *text)
{
	return rk_buf_add_slice(buf, rk_slice_str(text));
}

enum rk_status rk_buf_addf(struct rk_buf *buf, const char *format, ...)
{
	va_list args;
	int len, put;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !grow(buf, (size_t)len))
		return RK_RESOURCE_EXHAUSTED;
	va_start(args, format);
	put = vsnprintf((char *)buf->at + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	assert(put == len);
	buf->len += (size_t)len;
	return RK_OK;
}

uint8_t *rk_buf_reserve(struct rk_buf *buf, size_t len)
{
	return grow(buf, len) ? buf->at + buf->len : NULL;
}

char *rk_buf_cstr(struct rk_buf *buf)
{
	if (!grow(buf, 0))
		return NULL;
	buf->at[buf->len] = '\0';
	return (char *)buf->at;
}

void rk_buf_consume(struct rk_buf *buf, size_t len)
{
	assert(is_whole(buf) && len <= buf->len);
	buf->len -= len;
	if (buf->len > 0 && len > 0)
		memmove(buf->at, buf->at + len, buf->len);
}

void rk_buf_clear(struct rk_buf *buf)
{
	free(buf->at);
	*buf = (struct rk_buf){.max = buf->max};
}
