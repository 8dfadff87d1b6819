#include "wire/frame.h"

#include <assert.h>

enum { HEAD = 5 };

static size_t body_len(const struct rk_frame_reader *reader)
{
	const uint8_t *head = reader->head;

	return (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
}

static enum rk_status head_check(const struct rk_frame_reader *reader, struct rk_err *err)
{
	if (reader->head[0] == 1)
		return rk_fail_reason(err, RK_INTERNAL, "COMPRESSION_UNSUPPORTED",
			"compressed message; no encoding was agreed, and none is understood");
	if (reader->head[0] > 1)
		return rk_fail_reason(err, RK_INTERNAL, "MESSAGE_FLAG_UNKNOWN",
			"message flag %u; 0 and 1 are defined", (unsigned)reader->head[0]);
	if (body_len(reader) > reader->max)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE",
			"message of %zu bytes; at most %zu", body_len(reader), reader->max);
	return RK_OK;
}

static void drop(struct rk_frame_reader *reader, struct rk_slice *in)
{
	size_t take = reader->skip < in->len ? reader->skip : in->len;

	in->at += take;
	in->len -= take;
	reader->skip -= take;
}

enum rk_status rk_frame_feed(struct rk_frame_reader *reader, struct rk_slice *in,
	struct rk_slice *msg, struct rk_err *err)
{
	size_t take;

	*msg = (struct rk_slice){0};
	if (reader->whole) {
		reader->whole = false;
		reader->head_len = 0;
		reader->body.len = 0;
	}
	assert(reader->skip == 0 || reader->head_len == 0);
	drop(reader, in);
	while (reader->head_len < HEAD && in->len > 0) {
		reader->head[reader->head_len++] = *in->at++;
		in->len--;
	}
	if (reader->head_len < HEAD)
		return RK_OK;
	RK_TRY(head_check(reader, err));
	assert(reader->body.len <= body_len(reader));
	take = body_len(reader) - reader->body.len;
	take = take < in->len ? take : in->len;
	/* The buffer follows what has arrived, not what was announced. */
	if (rk_buf_add(&reader->body, in->at, take) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a message of %zu bytes",
			body_len(reader));
	in->at += take;
	in->len -= take;
	if (reader->body.len < body_len(reader))
		return RK_OK;
	reader->whole = true;
	*msg = reader->body.len ? rk_buf_slice(&reader->body) : rk_slice_str("");
	return RK_OK;
}

bool rk_frame_at_boundary(const struct rk_frame_reader *reader)
{
	return reader->skip == 0 && (reader->whole || reader->head_len == 0);
}

size_t rk_frame_announced(const struct rk_frame_reader *reader)
{
	return body_len(reader);
}

bool rk_frame_skip(struct rk_frame_reader *reader)
{
	assert(reader->head_len == HEAD && !reader->whole && reader->body.len == 0);
	if (body_len(reader) > RK_FRAME_SKIP_MAX)
		return false;
	reader->skip = body_len(reader);
	reader->head_len = 0;
	return true;
}

void rk_frame_clear(struct rk_frame_reader *reader)
{
	rk_buf_clear(&reader->body);
	*reader = (struct rk_frame_reader){.max = reader->max};
}

enum rk_status rk_frame_head(struct rk_buf *out, size_t len)
{
	uint8_t head[HEAD] = {
		0, (uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};

	if (len > UINT32_MAX)
		return RK_RESOURCE_EXHAUSTED;
	return rk_buf_add(out, head, sizeof head);
}
