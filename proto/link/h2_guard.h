/* h2_guard.h - counts what an HTTP/2 peer makes us do for nothing, and says when it has gone too far.
 *
 * A token bucket for each kind of event: it holds `burst`, refills with time, and an event that finds it empty is one too
 * many (the answer is GOAWAY with ENHANCE_YOUR_CALM).  Beside them: what must be complete in time, how much of the traffic has
 * to be payload, and how fast answers have to be taken.  Counters and a clock handed in: no sockets, no nghttp2.
 *
 * Frames are counted on the bytes themselves: nghttp2 1.52 does not report those that it ignores.
 */
#pragma once
#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum rk_h2_guard_kind {
	/* Buckets. */
	RK_H2_GUARD_RESET_IN,  /* RST_STREAM received */
	RK_H2_GUARD_RESET_OUT, /* RST_STREAM we were made to send (CVE-2025-8671) */
	RK_H2_GUARD_PING, /* without ACK; answering a call allows one more, as gRPC peers measure with them */
	RK_H2_GUARD_SETTINGS, /* without ACK */
	RK_H2_GUARD_WINDOW,   /* WINDOW_UPDATE; each DATA frame we send allows ten more */
	RK_H2_GUARD_PRIORITY,
	RK_H2_GUARD_UNKNOWN, /* frames of no known type */
	RK_H2_GUARD_ACK,     /* ACKs, GOAWAY and PUSH_PROMISE: a few are in order */
	RK_H2_GUARD_EMPTY,   /* DATA without bytes (padding is none) and END_STREAM, in a row */
	RK_H2_GUARD_CONTINUATION, /* in one header block */
	RK_H2_GUARD_GLITCH,       /* whatever nghttp2 found wrong and survived */
	RK_H2_GUARD_KEY_UPDATE,   /* of TLS */
	RK_H2_GUARD_BUCKETS,
	/* Found by other means. */
	RK_H2_GUARD_OVERHEAD = RK_H2_GUARD_BUCKETS, /* too little of what came was payload */
	RK_H2_GUARD_PREFACE, /* preface and first frame not complete in time */
	RK_H2_GUARD_BLOCK,   /* a frame other than DATA, or a header block, not complete in time */
	RK_H2_GUARD_SETTINGS_ACK, /* ours not acknowledged in time */
	RK_H2_GUARD_HEADER_LIST,  /* too long, too many fields, too long a value or path */
	RK_H2_GUARD_PROTOCOL,     /* a connection nghttp2 ended with an error */
	RK_H2_GUARD_QUEUE,        /* too many control frames wait to be sent */
	RK_H2_GUARD_STALL,        /* answers are not taken */
	RK_H2_GUARD_LIFE,         /* streams of one connection; an orderly end */
	RK_H2_GUARD_KINDS,
};

struct rk_h2_guard_limits {
	struct rk_h2_guard_bucket {
		uint32_t burst, per_minute;
	} buckets[RK_H2_GUARD_BUCKETS];

	uint32_t
		window_per_frame; /* 10: WINDOW_UPDATE frames that a DATA or HEADERS frame of ours allows */
	uint32_t preface_ms; /* 5,000, for the preface and the first frame */
	uint32_t block_ms;   /* 5,000, for a frame other than DATA, or a header block */
	uint32_t overhead_times, overhead_free; /* 8 x (payload + 1 MiB) may come in all */
	uint32_t stall_ms, stall_bytes;         /* 15,000 and 1 KiB, see rk_h2_stall_seen */
};
extern const struct rk_h2_guard_limits rk_h2_guard_limits_default;

struct rk_h2_guard {
	const struct rk_h2_guard_limits *limits;
	int64_t since_ms[RK_H2_GUARD_BUCKETS]; /* up to when the refill has been counted */
	int64_t parts[RK_H2_GUARD_BUCKETS];    /* of tokens, that are left */
	uint32_t skip;                         /* bytes before the next frame header */
	uint8_t head[10];                      /* nine, and the length of the padding of DATA */
	uint8_t head_len;
	unsigned frames; /* scanned since the owner set it to 0 */
	uint64_t total, payload;
	int64_t open_ms; /* since when something is incomplete */
	bool open;       /* the preface, a frame or a header block is */
	bool in_preface; /* skip counts its bytes */
	bool begun;      /* the first frame is complete */
	bool in_block;   /* its last frame has not come */
};

/* preface: bytes before the first frame (24 from a client, 0 from a server; RFC 9113 section 3.4).  limits is borrowed. */
void rk_h2_guard_init(struct rk_h2_guard *guard, const struct rk_h2_guard_limits *limits,
	uint32_t preface, int64_t now_ms);
/* Counts the frames of a run of bytes, cut anywhere; false when one is one too many, its kind then in *kind. */
bool rk_h2_guard_scan(struct rk_h2_guard *guard, struct rk_slice bytes, int64_t now_ms,
	enum rk_h2_guard_kind *kind);
/* Whether something has been incomplete for too long, PREFACE or BLOCK then in *kind. */
bool rk_h2_guard_late(const struct rk_h2_guard *guard, int64_t now_ms, enum rk_h2_guard_kind *kind);
/* One event of a bucket's kind; false when it is one too many. */
bool rk_h2_guard_take(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t now_ms);
/* Allows count more events, at most the burst. */
void rk_h2_guard_give(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind, int64_t count);
/* Fills the bucket: the row of events is broken. */
void rk_h2_guard_fill(struct rk_h2_guard *guard, enum rk_h2_guard_kind kind);
/* "RST_STREAM frames received", for the log. */
const char *rk_h2_guard_name(enum rk_h2_guard_kind kind);
/* "reset_received", for the figures. */
const char *rk_h2_guard_label(enum rk_h2_guard_kind kind);

/* How fast something is taken: {0} at first.  One for each stream and one for the connection. */
struct rk_h2_stall {
	int64_t since_ms;
	uint64_t moved;
	bool waiting;
};

/* Asked once a second or so, with how many bytes were taken so far and whether more wait.  True when for stall_ms bytes have
 * waited all the time and less than stall_bytes was taken. */
bool rk_h2_stall_seen(struct rk_h2_stall *stall, const struct rk_h2_guard_limits *limits,
	bool waiting, uint64_t moved, int64_t now_ms);
