/* h2_session.h - the session and its streams, as the files of h2 share them.  Nobody else includes it.
 *
 * h2.c owns the connection and its loop turns, h2_recv.c turns nghttp2's findings into events, h2_send.c queues what goes out,
 * h2_watch.c looks at the clock.
 */
#pragma once
#include "base/list.h"
#include "link/h2.h"
#include "link/h2_guard.h"
#include "link/h2_memory.h"

#include <event2/buffer.h>
#include <event2/event.h>
#include <nghttp2/nghttp2.h>

struct rk_h2 {
	enum rk_h2_role role;
	const struct rk_h2_limits *limits;
	struct rk_h2_events events;
	void *arg;
	struct bufferevent *bev;    /* NULL when dead */
	nghttp2_session *ng;        /* NULL when dead */
	struct rk_h2_memory memory; /* of ng */
	struct rk_list streams;
	size_t count;
	uint32_t opened;              /* by the peer, in the session's life */
	struct event *turn;           /* work at the end of this loop turn, or in the next */
	struct event *settings_timer; /* pending until the peer has acknowledged ours */
	struct event *drain_timer;    /* until the final GOAWAY of a drain */
	struct event *watch_timer;    /* while something may come too late */
	struct rk_h2_guard guard;
	struct rk_h2_stall stall;
	bool waiting;      /* something waited when the watch last looked */
	uint64_t handed;   /* bytes, to the transport */
	int64_t failed_ms; /* when it was told to go; 0 = not yet */
	size_t unheard;    /* bytes thrown away since */
	bool busy;         /* in a turn: events may run, nothing is freed */
	bool again;        /* something was queued during the turn */
	bool freed;        /* rk_h2_free came during the turn */
	bool closing;      /* rk_h2_close was called */
	bool lost;         /* the transport has ended */
	bool failed;       /* nghttp2 is fed no more; GOAWAY is on its way */
	bool draining;
	bool peer_goaway;
	bool sent;         /* something, since rk_h2_rest */
	uint32_t end_code; /* of the GOAWAY to send when failed */
	char why[256];
};

struct rk_h2_stream {
	struct rk_list link;
	struct rk_h2 *h2;
	int32_t id;
	void *user;
	struct evbuffer *out;          /* body bytes that nghttp2 has not taken yet */
	struct rk_h2_header *trailers; /* one block of memory, NULL = none */
	size_t trailer_count;
	size_t header_bytes, header_fields; /* of the running header block */
	struct rk_h2_stall stall;
	uint64_t sent;     /* body bytes that nghttp2 has taken */
	size_t unconsumed; /* received and not given back */
	bool responded;    /* server: headers are on their way */
	bool ended;        /* the own side, behind what is queued */
	bool peer_ended;
	bool deferred; /* nghttp2 waits for data */
	bool was_full; /* owes an on_drained */
	bool reset;    /* by us: only on_close may follow */
	bool unseen;   /* client: its request was not sent yet */
	bool interim;  /* the running block is a 1xx response */
};

/* h2.c: the loop turn that will take care of what was queued. */
void rk_h2_schedule(struct rk_h2 *h2);
/* h2.c: what nghttp2 returned; without memory it may leave the peer waiting for ever, so that ends the connection. */
void rk_h2_must(struct rk_h2 *h2, int rv);
/* h2.c: feeds nothing more, ends with GOAWAY code; the sentence is kept if it is the first. */
void rk_h2_fail(struct rk_h2 *h2, uint32_t code, const char *format, ...) RK_PRINTF(3, 4);
void rk_h2_note(struct rk_h2 *h2, const char *format, ...) RK_PRINTF(2, 3);
/* h2.c: the second half of a server's drain. */
void rk_h2_last_goaway(struct rk_h2 *h2);
/* h2.c: tells the owner that a limit was reached. */
void rk_h2_tell_limit(struct rk_h2 *h2, enum rk_h2_guard_kind kind);
/* h2.c: ends a peer that has gone too far, and tells. */
void rk_h2_exceed(struct rk_h2 *h2, enum rk_h2_guard_kind kind);
/* h2.c: one loop turn, now; not from within an event. */
void rk_h2_turn(struct rk_h2 *h2);

/* h2_watch.c: a timer for a new session, false without memory; whether it has to run; what TLS reports. */
RK_MUST_USE bool rk_h2_watch_create(struct rk_h2 *h2, struct event_base *base);
void rk_h2_watch(struct rk_h2 *h2);
void rk_h2_watch_tls(struct rk_h2 *h2, bool on);

/* h2_recv.c: what nghttp2 calls. */
RK_MUST_USE bool rk_h2_callbacks(nghttp2_session_callbacks **out);

/* h2_send.c: a new stream in the session's list, NULL without memory; out of the list and freed. */
RK_MUST_USE struct rk_h2_stream *rk_h2_stream_create(struct rk_h2 *h2, int32_t id);
void rk_h2_stream_free(struct rk_h2_stream *stream);
/* h2_send.c: gives on_drained to those that were full and are not any more. */
void rk_h2_tell_drained(struct rk_h2 *h2);
