/* h2.h - one HTTP/2 session over one bufferevent: events up, bytes down, back-pressure.  Both roles.
 *
 * Knows sessions and streams, not calls.  No event function runs inside a function of this header, with one exception:
 * none.  (Work that an rk_h2_... call brings about is flushed at the end of the loop turn.)  The session may be closed from
 * within an event: rk_h2_close marks it, and it is freed when the event has returned.
 *
 * Besides the limits below a server counts what a peer may make it do for nothing, and ends a connection that takes too little
 * of what waits for it, on the whole or on one stream (h2_guard.h).  Every event function may be NULL.
 */
#pragma once
#include "base/buf.h"
#include "base/err.h"
#include "link/h2_guard.h"

#include <event2/bufferevent.h>

struct rk_h2;        /* a session */
struct rk_h2_stream; /* lives from on_begin or rk_h2_request until on_close has returned */

/* on_close's error code when the connection died under the stream; no code of HTTP/2's (RFC 9113 section 7).  A request that
 * the peer has certainly not seen closes with REFUSED_STREAM (7) instead: it can be sent again elsewhere. */
#define RK_H2_LOST 0xffffffffu

struct rk_h2_header {
	const char *name; /* lower case */
	struct rk_slice value;
};

struct rk_h2_events {
	/* Server: a request begins.  Store what belongs to it with rk_h2_set. */
	void (*on_begin)(struct rk_h2 *h2, struct rk_h2_stream *stream, void *arg);
	/* One header field, pseudo-headers among them; trailing ones too (client: after on_data). */
	void (*on_header)(struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value,
		void *arg);
	/* The header block is complete; trailers: the second time. */
	void (*on_headers_end)(struct rk_h2_stream *stream, void *arg);
	/* Body bytes; they count against the window until rk_h2_consumed gives them back. */
	void (*on_data)(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg);
	/* The peer sends no more on this stream. */
	void (*on_end)(struct rk_h2_stream *stream, void *arg);
	/* The stream is gone, for whatever reason; error_code is HTTP/2's (0 = in order).  Exactly once per stream, also when
	 * the connection dies. */
	void (*on_close)(struct rk_h2_stream *stream, uint32_t error_code, void *arg);
	/* What was queued on this stream has fallen below the low-water mark. */
	void (*on_drained)(struct rk_h2_stream *stream, void *arg);
	/* The peer said GOAWAY: no new requests here (client). */
	void (*on_goaway)(struct rk_h2 *h2, uint32_t error_code, void *arg);
	/* The connection has ended or broken; every stream has had its on_close.  why is empty for an orderly end.
	 * The owner frees the session with rk_h2_free, here or later. */
	void (*on_dead)(struct rk_h2 *h2, const char *why, void *arg);
	/* Server: the peer has reached a limit of this kind.  For the figures; what follows from it follows by itself. */
	void (*on_limit)(struct rk_h2 *h2, enum rk_h2_guard_kind kind, void *arg);
};

struct rk_h2_limits {
	const struct rk_h2_guard_limits *guard; /* borrowed too */
	size_t high_water;                      /* queued output of one stream: 64 KiB */
	uint32_t max_streams;                   /* 32 */
	uint32_t max_streams_life;              /* 10,000, then a graceful GOAWAY */
	uint32_t max_frame;                     /* 16 KiB, no less (RFC 9113 section 6.5.2) */
	uint32_t max_settings;                  /* 32 entries of one SETTINGS frame */
	uint32_t
		header_table; /* server: 0; what a peer's references may point into (RFC 7541 section 4.2) */
	uint32_t max_header_list;     /* 16 KiB, decoded, name + value + 32 each */
	uint32_t max_header_fields;   /* 64 */
	uint32_t max_header_value;    /* server: 4 KiB */
	uint32_t max_path;            /* server: 1 KiB */
	uint32_t stream_window;       /* 64 KiB */
	uint32_t session_window;      /* 256 KiB */
	uint32_t settings_timeout_ms; /* 10,000 */
	uint32_t output_frames; /* 1,000 control frames that wait for a peer that does not read */
	uint32_t output_bytes;  /* 128 KiB in the transport: no frame is asked for above it */
	uint32_t turn_bytes,
		turn_frames; /* 64 KiB and 256 of one connection in a loop turn, then the others */
};
extern const struct rk_h2_limits rk_h2_limits_default;

enum rk_h2_role { RK_H2_SERVER, RK_H2_CLIENT };

/* Takes over an established bufferevent (TLS done, ALPN checked) and sends the preface and SETTINGS.  The bufferevent is the
 * session's from now on: its callbacks, watermarks and timeouts are replaced, it is shut down (close_notify) and freed when
 * the connection ends.  On failure it stays the caller's.  Bytes that it has read already are not lost.  limits is borrowed
 * until the session is freed. */
RK_MUST_USE enum rk_status rk_h2_create(enum rk_h2_role role, struct bufferevent *bev,
	const struct rk_h2_limits *limits, const struct rk_h2_events *events, void *arg,
	struct rk_h2 **out, struct rk_err *err);
/* Frees a dead session.  A living one is cut off without another event, its streams with it: rk_h2_close first, where
 * somebody waits for them. */
void rk_h2_free(struct rk_h2 **h2);
/* Ends the connection at once; on_close for every stream and on_dead follow from the loop. */
void rk_h2_close(struct rk_h2 *h2);
/* Server: tells the peer that it is not served here, with GOAWAY code, and ends the connection; why is what on_dead says. */
void rk_h2_refuse(struct rk_h2 *h2, uint32_t code, const char *why);
/* Graceful: GOAWAY, running streams finish, then on_dead.  A server announces it first and refuses new streams only after a
 * round trip, so that no request on its way is lost. */
void rk_h2_drain(struct rk_h2 *h2);
/* Gives back memory that only a connection with streams needs; it comes again by itself. */
void rk_h2_rest(struct rk_h2 *h2);
size_t rk_h2_streams(const struct rk_h2 *h2);
void *rk_h2_arg(struct rk_h2 *h2);

/* Client: begins a request; the body follows by rk_h2_send, rk_h2_end.  RK_UNAVAILABLE when the session takes no more. */
RK_MUST_USE enum rk_status rk_h2_request(struct rk_h2 *h2, const struct rk_h2_header *headers,
	size_t count, void *user, struct rk_h2_stream **out, struct rk_err *err);
/* What follows returns RK_UNAVAILABLE when the stream was reset or its connection is gone, RK_FAILED_PRECONDITION when the own
 * side has ended or (rk_h2_send, rk_h2_end on a server) has no headers yet, RK_RESOURCE_EXHAUSTED without memory,
 * RK_INVALID_ARGUMENT over 64 header fields.  Fields of over 64 KiB in all cannot be sent: they end their stream with
 * INTERNAL_ERROR. */
/* Server: the response's headers, once; end = there is neither body nor trailers (a "trailers-only" gRPC answer).  When the
 * response has ended before the request, the stream is closed with NO_ERROR (RFC 9113 section 8.1). */
RK_MUST_USE enum rk_status rk_h2_respond(
	struct rk_h2_stream *stream, const struct rk_h2_header *headers, size_t count, bool end);
/* Queues body bytes (copied).  RK_OK even above the high-water mark: ask rk_h2_is_full, go on at on_drained. */
RK_MUST_USE enum rk_status rk_h2_send(struct rk_h2_stream *stream, struct rk_slice bytes);
bool rk_h2_is_full(const struct rk_h2_stream *stream);
/* Ends the own side behind what is queued; with trailers when count > 0. */
RK_MUST_USE enum rk_status rk_h2_end(
	struct rk_h2_stream *stream, const struct rk_h2_header *trailers, size_t count);
/* Drops what is queued; from now on the stream has no event but on_close. */
void rk_h2_reset(struct rk_h2_stream *stream, uint32_t error_code);
/* Gives len received bytes back to the windows; what a closed stream never gave back returns by itself. */
void rk_h2_consumed(struct rk_h2_stream *stream, size_t len);
void rk_h2_set(struct rk_h2_stream *stream, void *user);
void *rk_h2_get(const struct rk_h2_stream *stream);
struct rk_h2 *rk_h2_of(const struct rk_h2_stream *stream);
