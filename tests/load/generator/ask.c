/* One request again and again, closed loop, all slots on one connection a line. */
#include "base/text.h"
#include "modes.h"
#include "samples.h"
#include "wire/frame.h"

#include <stdlib.h>
#include <string.h>

enum { SETTLE_US = 10 * 1000000 };

struct slot {
	struct run *run;
	struct load_link *link;
	int64_t begun_us;
	char status[4];
	bool busy;
};

struct run {
	struct load *load;
	struct load_link links[LOAD_LINES_MAX];
	struct slot *slots;
	struct rk_buf message;
	struct load_samples samples;
	uint64_t done, bytes, refused, broken;
	int first_refusal;
};

static bool is_over(const struct run *run)
{
	return load_now_us() >= run->samples.until_us;
}

static void slot_send(struct slot *slot)
{
	struct run *run = slot->run;

	slot->status[0] = '\0';
	slot->begun_us = load_now_us();
	slot->busy = load_link_call(slot->link, run->load->options.path,
			     rk_buf_slice(&run->message), slot) != NULL;
}

static void on_header(
	struct rk_h2_stream *stream, struct rk_slice name, struct rk_slice value, void *arg)
{
	struct slot *slot = rk_h2_get(stream);

	(void)arg;
	if (rk_slice_equal_str(name, "grpc-status") && value.len < sizeof slot->status)
		snprintf(slot->status, sizeof slot->status, "%.*s", (int)value.len,
			(const char *)value.at);
}

static void on_data(struct rk_h2_stream *stream, struct rk_slice bytes, void *arg)
{
	(void)arg;
	((struct slot *)rk_h2_get(stream))->run->bytes += bytes.len;
	rk_h2_consumed(stream, bytes.len);
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct slot *slot = rk_h2_get(stream);
	struct run *run = slot->run;
	int64_t now = load_now_us();

	(void)error_code;
	(void)arg;
	slot->busy = false;
	if (strcmp(slot->status, "0") == 0) {
		run->done++;
		load_samples_add(&run->samples, now, now - slot->begun_us);
	} else if (slot->status[0]) {
		run->refused++;
		run->first_refusal = run->first_refusal ? run->first_refusal : atoi(slot->status);
	} else {
		run->broken++;
	}
	if (!is_over(run))
		slot_send(slot);
}

static const struct rk_h2_events events = {.on_header = on_header,
	.on_data = on_data,
	.on_close = on_close,
	.on_dead = load_link_dead};

static void on_up(struct load_link *link)
{
	struct run *run = link->arg;

	for (int i = 0; i < run->load->options.slots; i++)
		if (run->slots[i].link == link && !run->slots[i].busy)
			slot_send(&run->slots[i]);
}

static void on_down(struct load_link *link, const char *why)
{
	struct run *run = link->arg;

	if (is_over(run))
		return;
	if (*why)
		fprintf(stderr, "generator: %s: %s\n", link->line->name, why);
	load_link_open(link);
}

static void lines_open(struct run *run)
{
	for (int i = 0; i < run->load->line_count; i++) {
		run->links[i] = (struct load_link){.load = run->load,
			.line = &run->load->lines[i],
			.events = &events,
			.up = on_up,
			.down = on_down,
			.arg = run};
		load_link_open(&run->links[i]);
	}
}

static bool any_busy(const struct run *run)
{
	for (int i = 0; i < run->load->options.slots; i++)
		if (run->slots[i].busy)
			return true;
	return false;
}

static void print(struct run *run)
{
	printf("{\"slots\": %d, ", run->load->options.slots);
	load_samples_print(&run->samples);
	printf(", \"done\": %llu, \"bytes\": %llu, \"refused\": %llu, \"first_refusal\": %d, \"broken\": %llu}\n",
		(unsigned long long)run->done, (unsigned long long)run->bytes,
		(unsigned long long)run->refused, run->first_refusal,
		(unsigned long long)run->broken);
}

enum rk_status load_message(const struct load_options *options, struct rk_buf *out)
{
	size_t len = strlen(options->hex) / 2;
	unsigned byte;

	RK_TRY(rk_frame_head(out, len));
	for (size_t i = 0; i < len; i++) {
		uint8_t one;

		if (sscanf(options->hex + 2 * i, "%2x", &byte) != 1)
			return RK_INVALID_ARGUMENT;
		one = (uint8_t)byte;
		RK_TRY(rk_buf_add(out, &one, 1));
	}
	return RK_OK;
}

int load_ask(struct load *load, const struct load_reports *reports)
{
	static struct run run;
	int64_t end_us;

	(void)reports;
	run.load = load;
	run.slots = calloc((size_t)load->options.slots, sizeof *run.slots);
	if (!run.slots || !load->options.path ||
		load_message(&load->options, &run.message) != RK_OK)
		load_die("path, hex", NULL);
	for (int i = 0; i < load->options.slots; i++)
		run.slots[i] = (struct slot){.run = &run, .link = &run.links[i % load->line_count]};
	run.samples.from_us = load_now_us() + (int64_t)(load->options.warm_up * 1e6);
	end_us = run.samples.from_us + (int64_t)(load->options.seconds * 1e6);
	run.samples.until_us = end_us;
	lines_open(&run);
	while (!is_over(&run) || (any_busy(&run) && load_now_us() < end_us + SETTLE_US))
		event_base_loop(load->base, EVLOOP_ONCE);
	print(&run);
	return run.refused > 0;
}
