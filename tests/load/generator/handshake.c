/* Connections that come and go: each is a full mutual-TLS handshake and the server's SETTINGS, then it is closed. */
#include "modes.h"
#include "raw.h"
#include "samples.h"

#include <stdlib.h>

struct run {
	struct load *load;
	struct load_samples samples;

	struct pair {
		struct load_raw raw;
		int64_t begun_us;
		struct event *again;
	} * pairs;

	uint64_t done, broken;
};

static bool is_over(const struct run *run)
{
	return load_now_us() >= run->samples.until_us;
}

static void pair_open(struct pair *pair)
{
	pair->begun_us = load_now_us();
	load_raw_open(&pair->raw);
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
	struct pair *pair = arg;
	struct run *run = pair->raw.arg;

	(void)fd;
	(void)what;
	load_raw_close(&pair->raw);
	if (!is_over(run))
		pair_open(pair);
}

static void on_up(struct load_raw *raw)
{
	struct pair *pair = (struct pair *)raw;
	struct run *run = raw->arg;
	int64_t now = load_now_us();

	run->done++;
	load_samples_add(&run->samples, now, now - pair->begun_us);
	/* The bufferevent is not freed from within its own callback. */
	event_active(pair->again, EV_TIMEOUT, 0);
}

static void on_down(struct load_raw *raw, const char *why)
{
	struct run *run = raw->arg;

	if (run->broken++ == 0)
		fprintf(stderr, "generator: a handshake failed: %s\n", why);
	event_active(((struct pair *)raw)->again, EV_TIMEOUT, 0);
}

int load_handshake(struct load *load, const struct load_reports *reports)
{
	struct run run = {.load = load};
	int count = load->options.slots;

	(void)reports;
	run.pairs = calloc((size_t)count, sizeof *run.pairs);
	if (!run.pairs)
		load_die("memory", NULL);
	run.samples.from_us = load_now_us();
	run.samples.until_us = run.samples.from_us + (int64_t)(load->options.seconds * 1e6);
	for (int i = 0; i < count; i++) {
		run.pairs[i].raw = (struct load_raw){.load = load,
			.line = &load->lines[i % load->line_count],
			.up = on_up,
			.down = on_down,
			.arg = &run};
		run.pairs[i].again = evtimer_new(load->base, on_again, &run.pairs[i]);
		pair_open(&run.pairs[i]);
	}
	while (!is_over(&run))
		event_base_loop(load->base, EVLOOP_ONCE);
	printf("{");
	load_samples_print(&run.samples);
	printf(", \"done\": %llu, \"broken\": %llu}\n", (unsigned long long)run.done,
		(unsigned long long)run.broken);
	return run.broken > 0;
}
