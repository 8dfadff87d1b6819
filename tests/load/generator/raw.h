/* raw.h - a connection with the least HTTP/2 that makes it one: preface, SETTINGS, their acknowledgement, and silence.
 *
 * A client's handshake is over in TLS 1.3 before the server has looked at its certificate: what the server says next shows
 * that it took it.
 */
#pragma once
#include "connect.h"

struct load_raw {
	struct load *load;
	struct load_line *line;
	struct bufferevent *bev; /* NULL: closed */
	bool greeted;            /* the server has sent its SETTINGS */
	void (*up)(struct load_raw *raw);
	void (*down)(struct load_raw *raw, const char *why);
	void *arg;
};

void load_raw_open(struct load_raw *raw);
/* With close_notify; down is not called. */
void load_raw_close(struct load_raw *raw);
