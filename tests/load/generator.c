/* generator.c - so many slots submit reports to renkeid over mutual TLS and read every trailer.
 *
 *   generator SERVER CA BODY.json SLOTS BLOCK WARM_UP SECONDS < certificates
 *
 * certificates: a line "CODE CERT KEY" for each municipality.  One connection per municipality that has a slot.  Prints one
 * line of JSON: what was acknowledged in SECONDS after the warm-up, how long it took, what was refused, and everything
 * acknowledged in all, which must be in the database afterwards.
 */
#include "link/h2.h"
#include "link/tls.h"
#include "slots.h"

#include <event2/bufferevent_ssl.h>
#include <event2/event.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_SLOTS = 64, MAX_SAMPLES = 4000000 };

struct line {
	struct load *load;
	const char *municipality;
	char cert[512], key[512];
	struct rk_buf body;
	struct rk_tls *tls;
	struct bufferevent *bev;
	struct rk_h2 *h2;
};

struct slot {
	struct line *line;
	struct load_slot at;
	int64_t sent_us;
	char status[4];
	bool busy;
};

struct load {
	struct event_base *base;
	char host[256];
	int port;
	const char *authority;
	struct line lines[LOAD_MUNICIPALITIES];
	struct slot slots[MAX_SLOTS];
	int slot_count;
	int64_t measure_us, end_us; /* 0 until every connection is there */
	int connected, wanted;
	uint32_t *samples_us;
	size_t sample_count;
	uint64_t acknowledged, refused, broken;
	int first_refusal;
};

static int64_t now_us(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000;
}

static void die(const char *what, const struct rk_err *err)
{
	fprintf(stderr, "generator: %s: %s\n", what, err == NULL ? "failed" : err->text);
	exit(1);
}

static void slot_send(struct slot *slot)
{
	struct load *load = slot->line->load;
	const struct rk_h2_header headers[] = {
		{":method",      rk_slice_str("POST")                                 },
		{":scheme",      rk_slice_str("https")                                },
		{":path",        rk_slice_str("/renkei.v1.ReportService/SubmitReport")},
		{":authority",   rk_slice_str(load->authority)                        },
		{"te",           rk_slice_str("trailers")                             },
		{"content-type", rk_slice_str("application/grpc")                     },
	};
	RK_AUTO(rk_buf_clear) struct rk_buf message = {0};
	struct rk_h2_stream *stream;
	struct rk_err err = {0};

	slot->busy = false;
	slot->status[0] = '\0';
	if (slot->line->h2 == NULL)
		return; /* the next connection takes it up */
	if (rk_h2_request(slot->line->h2, headers, sizeof headers / sizeof *headers, slot, &stream,
		    &err) != RK_OK) {
		rk_h2_drain(slot->line->h2);
		return;
	}
	if (load_request(&slot->at, rk_buf_slice(&slot->line->body), &message) != RK_OK ||
		rk_h2_send(stream, rk_buf_slice(&message)) != RK_OK ||
		rk_h2_end(stream, NULL, 0) != RK_OK)
		die("request", NULL);
	slot->busy = true;
	slot->sent_us = now_us();
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
	rk_h2_consumed(stream, bytes.len);
}

static void on_close(struct rk_h2_stream *stream, uint32_t error_code, void *arg)
{
	struct slot *slot = rk_h2_get(stream);
	struct load *load = slot->line->load;
	int64_t now = now_us();

	(void)error_code;
	(void)arg;
	if (strcmp(slot->status, "0") == 0) {
		slot->at.version++;
		load->acknowledged++;
		if (load->measure_us != 0 && now >= load->measure_us && now < load->end_us &&
			load->sample_count < MAX_SAMPLES)
			load->samples_us[load->sample_count++] = (uint32_t)(now - slot->sent_us);
	} else if (slot->status[0] != '\0') {
		load->refused++;
		if (load->first_refusal == 0)
			load->first_refusal = atoi(slot->status);
	} else {
		load->broken++;
	}
	if (load->end_us == 0 || now < load->end_us)
		slot_send(slot);
	else
		slot->busy = false;
}

static void line_connect(struct line *line);

static void on_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct line *line = arg;

	if (line->h2 == h2)
		line->h2 = NULL;
	rk_h2_free(&h2);
	if (line->load->end_us != 0 && now_us() >= line->load->end_us)
		return;
	if (why[0] != '\0')
		fprintf(stderr, "generator: %s: %s\n", line->municipality, why);
	line_connect(line);
}

static const struct rk_h2_events events = {
	.on_header = on_header, .on_data = on_data, .on_close = on_close, .on_dead = on_dead};

static void on_secured(struct bufferevent *bev, short what, void *arg)
{
	struct line *line = arg;
	struct load *load = line->load;
	struct rk_err err = {0};

	if ((what & BEV_EVENT_CONNECTED) == 0)
		die(line->municipality, NULL);
	if (rk_h2_create(RK_H2_CLIENT, bev, &rk_h2_limits_default, &events, line, &line->h2,
		    &err) != RK_OK)
		die(line->municipality, &err);
	line->bev = NULL;
	load->connected++;
	for (int i = 0; i < load->slot_count; i++)
		if (load->slots[i].line == line && !load->slots[i].busy)
			slot_send(&load->slots[i]);
}

static void line_connect(struct line *line)
{
	struct load *load = line->load;
	struct rk_err err = {0};
	SSL *ssl;

	if (rk_tls_session(line->tls, load->host, &ssl, &err) != RK_OK)
		die(line->municipality, &err);
	line->bev = bufferevent_openssl_socket_new(load->base, -1, ssl, BUFFEREVENT_SSL_CONNECTING,
		BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (line->bev == NULL)
		die("bufferevent", NULL);
	bufferevent_setcb(line->bev, NULL, NULL, on_secured, line);
	bufferevent_enable(line->bev, EV_READ | EV_WRITE);
	if (bufferevent_socket_connect_hostname(
		    line->bev, NULL, AF_UNSPEC, load->host, load->port) != 0)
		die(load->host, NULL);
}

/* Certificates from stdin; connections only for municipalities that have a slot. */
static void open_lines(struct load *load, const char *ca, const char *body)
{
	char code[8], cert[512], key[512];

	for (int i = 0; i < LOAD_MUNICIPALITIES; i++)
		load->lines[i] = (struct line){
			.load = load, .municipality = load_slot_at(i, 0).municipality};
	while (scanf("%7s %511s %511s", code, cert, key) == 3)
		for (int i = 0; i < LOAD_MUNICIPALITIES; i++)
			if (strcmp(load->lines[i].municipality, code) == 0) {
				snprintf(load->lines[i].cert, sizeof load->lines[i].cert, "%s",
					cert);
				snprintf(load->lines[i].key, sizeof load->lines[i].key, "%s", key);
			}
	for (int i = 0; i < LOAD_MUNICIPALITIES && i < load->slot_count; i++) {
		struct rk_err err = {0};
		const struct rk_tls_files files = {
			.ca = ca, .cert = load->lines[i].cert, .key = load->lines[i].key};

		if (load_body(body, load->lines[i].municipality, &load->lines[i].body, &err) !=
			RK_OK)
			die(body, &err);
		if (rk_tls_client(&files, &load->lines[i].tls, &err) != RK_OK)
			die(load->lines[i].municipality, &err);
		load->wanted++;
		line_connect(&load->lines[i]);
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static double percentile(const struct load *load, double share)
{
	size_t at = (size_t)((double)load->sample_count * share);

	if (load->sample_count == 0)
		return 0;
	return load->samples_us[at < load->sample_count ? at : load->sample_count - 1] / 1000.0;
}

static void print(struct load *load, double seconds)
{
	qsort(load->samples_us, load->sample_count, sizeof *load->samples_us, by_size);
	printf("{\"slots\": %d, \"seconds\": %.1f, \"measured\": %zu, \"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
	       "\"acknowledged\": %llu, \"refused\": %llu, \"first_refusal\": %d, \"broken\": %llu}\n",
		load->slot_count, seconds, load->sample_count, (double)load->sample_count / seconds,
		percentile(load, 0.5), percentile(load, 0.99),
		(unsigned long long)load->acknowledged, (unsigned long long)load->refused,
		load->first_refusal, (unsigned long long)load->broken);
}

static bool any_busy(const struct load *load)
{
	for (int i = 0; i < load->slot_count; i++)
		if (load->slots[i].busy)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	static struct load load;
	double warm_up, seconds;
	char *colon;

	if (argc != 8 || (colon = strrchr(argv[1], ':')) == NULL) {
		fprintf(stderr,
			"usage: generator SERVER CA BODY.json SLOTS BLOCK WARM_UP SECONDS < certificates\n");
		return 64;
	}
	snprintf(load.host, sizeof load.host, "%.*s", (int)(colon - argv[1]), argv[1]);
	load.port = atoi(colon + 1);
	load.authority = argv[1];
	load.slot_count = atoi(argv[4]);
	warm_up = atof(argv[6]);
	seconds = atof(argv[7]);
	if (load.slot_count < 1 || load.slot_count > MAX_SLOTS)
		die("1 to 64 slots", NULL);
	load.samples_us = calloc(MAX_SAMPLES, sizeof *load.samples_us);
	load.base = event_base_new();
	if (load.samples_us == NULL || load.base == NULL)
		die("memory", NULL);
	for (int i = 0; i < load.slot_count; i++)
		load.slots[i] = (struct slot){.line = &load.lines[i % LOAD_MUNICIPALITIES],
			.at = load_slot_at(i, atoi(argv[5]))};
	open_lines(&load, argv[2], argv[3]);
	while (load.connected < load.wanted)
		event_base_loop(load.base, EVLOOP_ONCE);
	load.measure_us = now_us() + (int64_t)(warm_up * 1e6);
	load.end_us = load.measure_us + (int64_t)(seconds * 1e6);
	while (now_us() < load.end_us || (any_busy(&load) && now_us() < load.end_us + 10000000))
		event_base_loop(load.base, EVLOOP_ONCE);
	print(&load, seconds);
	return load.refused > 0;
}
