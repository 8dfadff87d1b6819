/* Idle connections: opens them a few at a time, says that they stand, holds them until stdin ends, says how many still do. */
#include "modes.h"
#include "raw.h"

#include <stdlib.h>
#include <unistd.h>

enum { AT_ONCE = 8 };

struct run {
	struct load *load;
	struct load_raw *raws;
	int wanted, opened, standing, lost;
	bool over;
};

static void open_next(struct run *run)
{
	if (run->opened < run->wanted)
		load_raw_open(&run->raws[run->opened++]);
}

static void on_up(struct load_raw *raw)
{
	struct run *run = raw->arg;

	run->standing++;
	open_next(run);
	if (run->standing == run->wanted) {
		printf("{\"held\": %d}\n", run->standing);
		fflush(stdout);
	}
}

static void on_down(struct load_raw *raw, const char *why)
{
	struct run *run = raw->arg;

	if (!raw->greeted)
		load_die(why, NULL);
	run->standing--;
	if (run->lost++ == 0)
		fprintf(stderr, "generator: a connection ended: %s\n", why);
}

static void on_stdin(evutil_socket_t fd, short what, void *arg)
{
	struct run *run = arg;
	char rest[64];

	(void)what;
	if (read(fd, rest, sizeof rest) <= 0)
		run->over = true;
}

int load_hold(struct load *load, const struct load_reports *reports)
{
	struct run run = {.load = load, .wanted = load->options.connections};
	struct event *input = event_new(
		load->base, STDIN_FILENO, EV_READ | EV_PERSIST, on_stdin, &run);

	(void)reports;
	run.raws = calloc((size_t)run.wanted, sizeof *run.raws);
	if (!run.raws || !input || event_add(input, NULL) != 0)
		load_die("memory", NULL);
	for (int i = 0; i < run.wanted; i++)
		run.raws[i] = (struct load_raw){.load = load,
			.line = &load->lines[i % load->line_count],
			.up = on_up,
			.down = on_down,
			.arg = &run};
	for (int i = 0; i < AT_ONCE; i++)
		open_next(&run);
	while (!run.over)
		event_base_loop(load->base, EVLOOP_ONCE);
	printf("{\"standing\": %d, \"lost\": %d}\n", run.standing, run.lost);
	for (int i = 0; i < run.opened; i++)
		load_raw_close(&run.raws[i]);
	event_free(input);
	free(run.raws);
	return run.lost > 0;
}
