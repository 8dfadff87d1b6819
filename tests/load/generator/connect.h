/* connect.h - connections of the generator: a line is a certificate, a link is one HTTP/2 session with it. */
#pragma once
#include "link/h2.h"
#include "link/tls.h"
#include "options.h"

#include <event2/event.h>

enum { LOAD_LINES_MAX = 2048 };

struct load;

struct load_line {
	char name[16]; /* municipality's code, or a principal's name */
	char cert[512], key[512];
	struct rk_tls *tls;
};

struct load_link {
	struct load *load;
	struct load_line *line;
	struct bufferevent *bev;           /* until it is secured */
	struct rk_h2 *h2;                  /* while it stands */
	const struct rk_h2_limits *limits; /* NULL = the usual ones */
	/* Of its session, whose arg is the link; on_dead is load_link_dead. */
	const struct rk_h2_events *events;
	/* It stands; rk_h2_request may follow. */
	void (*up)(struct load_link *link);
	/* It has ended and every stream on it has had its on_close; load_link_open may follow. */
	void (*down)(struct load_link *link, const char *why);
	void *arg;
};

struct load {
	struct load_options options;
	struct event_base *base;
	struct load_line lines[LOAD_LINES_MAX];
	int line_count;
};

/* Ends the program with status 1 and a sentence. */
void load_die(const char *what, const struct rk_err *err) __attribute__((noreturn));
/* Adds a line; its certificate is loaded. */
void load_line_add(struct load *load, const char *name, const char *cert, const char *key);
/* NULL: there is none of this name. */
struct load_line *load_line_find(struct load *load, const char *name);
/* A bufferevent that connects and shakes hands; BEV_EVENT_CONNECTED follows. */
struct bufferevent *load_line_connect(struct load *load, struct load_line *line);
/* Begins to connect. */
void load_link_open(struct load_link *link);
void load_link_dead(struct rk_h2 *h2, const char *why, void *arg);
/* A unary gRPC request with its whole message, framed; NULL: the link does not stand or takes no more, down follows. */
struct rk_h2_stream *load_link_call(
	struct load_link *link, const char *path, struct rk_slice message, void *user);
