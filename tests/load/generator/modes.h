/* modes.h - what the generator can do: one file each, one line in main.c's table each. */
#pragma once
#include "connect.h"
#include "slots.h"

#include <stdio.h>

/* What stdin says before the mode begins: certificates (already lines of load) and the reports of the slots. */
struct load_reports {
	struct load_slot *at;
	int count;
};

/* Each prints one line of JSON on stdout; 0, or 1 when something was refused. */
int load_submit(struct load *load, const struct load_reports *reports);
int load_hold(struct load *load, const struct load_reports *reports);
int load_handshake(struct load *load, const struct load_reports *reports);
int load_ask(struct load *load, const struct load_reports *reports);
int load_stall(struct load *load, const struct load_reports *reports);

/* ask.c: the framed message of path= and hex=. */
RK_MUST_USE enum rk_status load_message(const struct load_options *options, struct rk_buf *out);
