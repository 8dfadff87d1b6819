/* frame.h - cut a byte stream into gRPC messages.
 *
 * A message travels as one flag byte, a 4-byte big-endian length, and the body (gRPC over HTTP/2,
 * "Length-Prefixed-Message").  Bytes in, messages out: no sockets, no clock, no protobuf, so a fuzzer can drive it.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"

/* {.max = bytes} is a reader at the start of a stream. */
struct rk_frame_reader {
	size_t max; /* largest body */
	struct rk_buf body;
	uint8_t head[5];
	uint8_t head_len;
	size_t skip; /* bytes of a message nobody reads, still to come */
	bool whole;  /* body was handed out; the next feed begins anew */
};

/* rk_frame_feed takes bytes from the front of in until one message is whole.
 *
 * Returns RK_OK with *msg borrowing the message until the next call, or with msg->at == NULL when in ran dry first (an
 * empty message has msg->at != NULL and len 0).
 * Errors: RK_RESOURCE_EXHAUSTED MESSAGE_TOO_LARGE  the announced length is over max, said on the five bytes
 *         RK_INTERNAL COMPRESSION_UNSUPPORTED      the compressed flag is set; the status is that paper's
 *         RK_INTERNAL MESSAGE_FLAG_UNKNOWN         the flag is above 1
 */
RK_MUST_USE enum rk_status rk_frame_feed(struct rk_frame_reader *reader, struct rk_slice *in,
	struct rk_slice *msg, struct rk_err *err);
/* After MESSAGE_TOO_LARGE: the length that was announced. */
size_t rk_frame_announced(const struct rk_frame_reader *reader);
/* After MESSAGE_TOO_LARGE: the bytes of that message will be dropped as they come, and the next one is read.  False when they
 * are more than RK_FRAME_SKIP_MAX: then the stream has to end. */
#define RK_FRAME_SKIP_MAX (64U << 20)
RK_MUST_USE bool rk_frame_skip(struct rk_frame_reader *reader);
/* True between two messages: a stream that ends elsewhere was cut. */
bool rk_frame_at_boundary(const struct rk_frame_reader *reader);
void rk_frame_clear(struct rk_frame_reader *reader);
/* Appends the five bytes for a body of len bytes. */
RK_MUST_USE enum rk_status rk_frame_head(struct rk_buf *out, size_t len);
