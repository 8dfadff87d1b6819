/* Submissions.  Closed loop: a slot sends its next report when it has its receipt.  Open loop: reports fall due at a fixed
 * rate whatever the server does, a slot that is free takes the oldest, and its latency runs from when it was due; so the wait
 * for a slow server is in the figures, and is not left out with those who could not ask meanwhile. */
#include "modes.h"
#include "samples.h"

#include <stdlib.h>
#include <string.h>

enum { SETTLE_US = 10 * 1000000, AT_ONCE = 8 };

struct slot {
	struct run *run;
	struct load_slot at;
	struct rk_slice body;
	struct load_link *link;
	struct load_link own; /* fresh: a connection for each submission */
	char id[LOAD_ID + 1]; /* of the request */
	int64_t due_us;       /* what its latency runs from; 0 = from when it is sent */
	char status[4];
	bool told;  /* when to come again */
	bool busy;  /* on its way */
	bool armed; /* to be sent as soon as the link stands */
};

struct run {
	struct load *load;
	struct slot *slots;
	int slot_count;
	struct load_link
		links[LOAD_LINES_MAX]; /* shared ones, a line each, in the order they are met */
	struct load_link *link_of[LOAD_LINES_MAX];
	struct rk_buf bodies[LOAD_LINES_MAX];
	int wanted, opened, connected;
	int64_t start_us, end_us;
	uint64_t due; /* open loop: arrivals handed out */
	int next_slot; /* and who is asked first for the next one: nobody is before others for its place */
	struct event *arrival;
	struct load_samples samples, refusals;
	uint64_t acknowledged, refused, untold, broken;
	int first_refusal;
	FILE *ids; /* of what was acknowledged; NULL = nobody asked */
};

static bool is_over(const struct run *run)
{
	return run->end_us != 0 && load_now_us() >= run->end_us;
}

static void slot_send(struct slot *slot)
{
	RK_AUTO(rk_buf_clear) struct rk_buf message = {0};

	slot->status[0] = '\0';
	slot->told = false;
	if (!slot->link->h2)
		return;
	if (load_request(&slot->at, slot->body, slot->id, &message) != RK_OK)
		load_die("request", NULL);
	if (slot->due_us == 0)
		slot->due_us = load_now_us();
	slot->busy = load_link_call(slot->link, "/renkei.v1.ReportService/SubmitReport",
			     rk_buf_slice(&message), slot) != NULL;
	slot->armed = !slot->busy;
}

/* A closed loop's slot, or an open loop's that has something due. */
static void slot_arm(struct slot *slot, int64_t due_us)
{
	slot->armed = true;
	slot->due_us = due_us;
	if (slot->link == &slot->own && !slot->own.h2) {
		if (slot->due_us == 0)
			slot->due_us = load_now_us();
		load_link_open(&slot->own);
	} else {
		slot_send(slot);
	}
}

static int64_t due_at(const struct run *run, uint64_t number)
{
	return run->start_us + (int64_t)((double)number * 1e6 / run->load->options.rate);
}

/* Gives what has fallen due to slots that are free; the rest stays due, with its time. */
static void hand_out(struct run *run)
{
	int64_t now = load_now_us();

	for (int i = 0; i < run->slot_count && now < run->end_us && due_at(run, run->due) <= now;
		i++) {
		struct slot *slot = &run->slots[run->next_slot];

		run->next_slot = (run->next_slot + 1) % run->slot_count;
		if (!slot->busy && !slot->armed)
			slot_arm(slot, due_at(run, run->due++));
	}
}

static void on_arrival(evutil_socket_t fd, short what, void *arg)
{
	struct run *run = arg;
	int64_t left;
	struct timeval wait;

	(void)fd;
	(void)what;
	hand_out(run);
	left = due_at(run, run->due) - load_now_us();
	/* Every slot is busy: the next answer hands out. */
	if (left < 1)
		left = 1000;
	wait = (struct timeval){.tv_sec = left / 1000000, .tv_usec = left % 1000000};
	if (!is_over(run))
		event_add(run->arrival, &wait);
}

static void slot_next(struct slot *slot)
{
	struct run *run = slot->run;

	slot->busy = slot->armed = false;
	if (is_over(run))
		return;
	if (run->load->options.rate > 0)
		hand_out(run);
	else
		slot_arm(slot, 0);
}

static void count(struct slot *slot, int64_t now)
{
	struct run *run = slot->run;

	if (strcmp(slot->status, "0") == 0) {
		slot->at.version++;
		run->acknowledged++;
		if (run->ids)
			fprintf(run->ids, "%s\n", slot->id);
		load_samples_add(&run->samples, now, now - slot->due_us);
	} else if (slot->status[0]) {
		run->refused++;
		run->untold += !slot->told;
		load_samples_add(&run->refusals, now, now - slot->due_us);
		run->first_refusal = run->first_refusal ? run->first_refusal : atoi(slot->status);
	} else {
		run->broken++;
	}
}

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	struct slot *slot = rk_h2_get(stream);

	(void)arg;
	if (rk_slice_equal_str(name, "grpc-status") && value.len < sizeof slot->status)
		snprintf(slot->status, sizeof slot->status, "%.*s", (int)value.len,
			(const char *)value.at);
	slot->told |= rk_slice_equal_str(name, "grpc-retry-pushback-ms");
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	(void)arg;
	rk_h2_consumed(stream, bytes.len);
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct slot *slot = rk_h2_get(stream);

	(void)error_code;
	(void)arg;
	count(slot, load_now_us());
	if (slot->link != &slot->own) {
		slot_next(slot);
		return;
	}
	slot->busy = false;
	if (slot->own.h2)
		rk_h2_close(slot->own.h2);
}

static const struct rk_h2_events events = {.on_header = on_header,
	.on_data = on_data,
	.on_close = on_close,
	.on_dead = load_link_dead};

/* A few at a time: a crowd is a crowd of calls here, the row handshake has the other one. */
static void open_next(struct run *run)
{
	if (run->opened < run->wanted)
		load_link_open(&run->links[run->opened++]);
}

static void shared_up(struct load_link *link)
{
	struct run *run = link->arg;

	run->connected++;
	open_next(run);
	for (int i = 0; i < run->slot_count; i++)
		if (run->slots[i].link == link && run->slots[i].armed)
			slot_send(&run->slots[i]);
}

static void shared_down(struct load_link *link, const char *why)
{
	const struct run *run = link->arg;

	if (is_over(link->arg))
		return;
	if (*why)
		fprintf(stderr, "generator: %s: %s\n", link->line->name, why);
	/* Again and again at once would be a load of its own, and without an end. */
	if (!run->start_us)
		load_die(link->line->name, NULL);
	load_link_open(link);
}

static void own_up(struct load_link *link)
{
	slot_send(link->arg);
}

static void own_down(struct load_link *link, const char *why)
{
	struct slot *slot = link->arg;

	if (*why)
		fprintf(stderr, "generator: %s: %s\n", link->line->name, why);
	if (slot->armed)
		slot->run->broken++;
	slot_next(slot);
}

static struct load_link *share(struct run *run, const struct load_line *line)
{
	struct load_link **link = &run->link_of[line - run->load->lines];

	if (!*link) {
		*link = &run->links[run->wanted++];
		**link = (struct load_link){.load = run->load,
			.line = &run->load->lines[line - run->load->lines],
			.events = &events,
			.up = shared_up,
			.down = shared_down,
			.arg = run};
	}
	return *link;
}

static void slot_init(struct run *run, struct slot *slot, const struct load_slot *report)
{
	struct load_line *line = load_line_find(run->load, report->municipality);
	struct rk_buf *body;
	struct rk_err err = {0};

	if (!line)
		load_die(report->municipality, NULL);
	body = &run->bodies[line - run->load->lines];
	if (!body->len &&
		load_body(run->load->options.body, report->municipality, body, &err) != RK_OK)
		load_die(run->load->options.body, &err);
	*slot = (struct slot){.run = run, .at = *report, .body = rk_buf_slice(body)};
	if (run->load->options.fresh) {
		slot->link = &slot->own;
		slot->own = (struct load_link){.load = run->load,
			.line = line,
			.events = &events,
			.up = own_up,
			.down = own_down,
			.arg = slot};
	} else {
		slot->link = share(run, line);
	}
}

static bool any_busy(const struct run *run)
{
	for (int i = 0; i < run->slot_count; i++)
		if (run->slots[i].busy)
			return true;
	return false;
}

static void begin(struct run *run)
{
	const struct load_options *options = &run->load->options;

	run->start_us = load_now_us();
	run->samples.from_us = run->start_us + (int64_t)(options->warm_up * 1e6);
	run->end_us = run->samples.from_us + (int64_t)(options->seconds * 1e6);
	run->samples.until_us = run->end_us;
	run->refusals.from_us = run->samples.from_us;
	run->refusals.until_us = run->end_us;
	if (options->rate > 0) {
		run->arrival = evtimer_new(run->load->base, on_arrival, run);
		event_active(run->arrival, EV_TIMEOUT, 0);
		return;
	}
	for (int i = 0; i < run->slot_count; i++)
		slot_arm(&run->slots[i], 0);
}

static void print(struct run *run)
{
	const struct load_options *options = &run->load->options;
	/* Due within the time and never handed out: a server that falls behind is seen here. */
	int64_t undone = 0;

	if (options->rate > 0)
		undone = (int64_t)((options->warm_up + options->seconds) * options->rate) -
			(int64_t)run->due;
	printf("{\"slots\": %d, \"rate\": %.1f, \"undone\": %lld, ", run->slot_count, options->rate,
		(long long)(undone < 0 ? 0 : undone));
	load_samples_print(&run->samples);
	printf(", \"acknowledged\": %llu, \"refused\": %llu, \"first_refusal\": %d, \"broken\": %llu",
		(unsigned long long)run->acknowledged, (unsigned long long)run->refused,
		run->first_refusal, (unsigned long long)run->broken);
	printf(", \"refused_p99_ms\": %.3f, \"untold\": %llu}\n",
		load_samples_at(&run->refusals, 0.99), (unsigned long long)run->untold);
}

int load_submit(struct load *load, const struct load_reports *reports)
{
	static struct run run;

	run.load = load;
	if (load->options.ids && !(run.ids = fopen(load->options.ids, "a")))
		load_die(load->options.ids, NULL);
	run.slot_count = reports->count;
	run.slots = calloc((size_t)reports->count, sizeof *run.slots);
	if (!run.slots || !load->options.body)
		load_die("slots and body", NULL);
	for (int i = 0; i < run.slot_count; i++)
		slot_init(&run, &run.slots[i], &reports->at[i]);
	for (int i = 0; i < AT_ONCE; i++)
		open_next(&run);
	while (run.connected < run.wanted)
		event_base_loop(load->base, EVLOOP_ONCE);
	begin(&run);
	while (!is_over(&run) || (any_busy(&run) && load_now_us() < run.end_us + SETTLE_US))
		event_base_loop(load->base, EVLOOP_ONCE);
	if (run.ids && fclose(run.ids) != 0)
		load_die(load->options.ids, NULL);
	print(&run);
	return run.refused > 0;
}
