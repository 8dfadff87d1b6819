/* A reader that asks for much and does not read it: slots requests on one connection, then silence until stdin ends.
 *
 * Either the socket is not read any more, or it is (closed_window=1) and the windows of HTTP/2 are never opened again.
 */
#include "modes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WIDE = 1 << 30 };

struct run {
	struct load_link link;
	struct rk_buf message;
	struct rk_h2_limits limits;
	struct bufferevent *bev;
	struct event *quiet;
	uint64_t bytes;
	int asked, answered;
	bool over, dead;
	char why[256];
};

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	struct run *run = ((struct load_link *)arg)->arg;

	(void)stream;
	run->bytes += bytes.len;
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct run *run = ((struct load_link *)arg)->arg;

	(void)stream;
	run->answered += error_code == 0;
}

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct run *run = ((struct load_link *)arg)->arg;

	run->dead = true;
	snprintf(run->why, sizeof run->why, "%s", why);
	load_link_dead(h2, why, arg);
}

static const struct rk_h2_events events = {
	.on_data = on_data, .on_close = on_close, .on_dead = on_dead};

static void on_up(struct load_link *link)
{
	/* So long for the requests to leave; again and again, because the session would read on. */
	static const struct timeval soon = {0, 5000};
	struct run *run = link->arg;

	for (int i = 0; i < link->load->options.slots; i++)
		run->asked += load_link_call(link, link->load->options.path,
				      rk_buf_slice(&run->message), NULL) != NULL;
	printf("{\"asked\": %d}\n", run->asked);
	fflush(stdout);
	if (!link->load->options.closed_window)
		event_add(run->quiet, &soon);
}

static void on_down(struct load_link *link, const char *why)
{
	struct run *run = link->arg;

	run->dead = true;
	snprintf(run->why, sizeof run->why, "%s", why);
}

static void on_stdin(evutil_socket_t fd, short what, void *arg)
{
	struct run *run = arg;
	char rest[64];

	(void)what;
	if (read(fd, rest, sizeof rest) <= 0)
		run->over = true;
}

static void on_quiet(evutil_socket_t fd, short what, void *arg)
{
	struct run *run = arg;

	(void)fd;
	(void)what;
	if (run->bev && run->link.h2)
		(void)bufferevent_disable(run->bev, EV_READ);
}

int load_stall(struct load *load, const struct load_reports *reports)
{
	static struct run run;
	struct event *input = event_new(
		load->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_stdin, &run);

	(void)reports;
	run.quiet = event_new(load->base, -1, EV_PERSIST, on_quiet, &run);
	if (!input || !run.quiet || !load->options.path ||
		load_message(&load->options, &run.message) != RK_OK)
		load_die("path, hex", NULL);
	run.link = (struct load_link){.load = load,
		.line = &load->lines[0],
		.limits = &run.limits,
		.events = &events,
		.up = on_up,
		.down = on_down,
		.arg = &run};
	run.limits = rk_h2_limits_default;
	if (!load->options.closed_window)
		run.limits.stream_window = run.limits.session_window = WIDE;
	load_link_open(&run.link);
	run.bev = run.link.bev;
	event_add(input, NULL);
	while (!run.over)
		event_base_loop(load->base, EVLOOP_ONCE);
	printf("{\"bytes\": %llu, \"answered\": %d, \"dead\": %s, \"why\": \"%s\"}\n",
		(unsigned long long)run.bytes, run.answered, run.dead ? "true" : "false", run.why);
	return 0;
}
