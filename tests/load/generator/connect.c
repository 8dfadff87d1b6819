#include "connect.h"

#include <event2/bufferevent_ssl.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void load_die(const char *what, const struct rk_err *err)
{
	fprintf(stderr, "generator: %s: %s\n", what, err == NULL ? "failed" : err->text);
	exit(1);
}

void load_line_add(struct load *load, const char *name, const char *cert, const char *key)
{
	const struct rk_tls_files files = {.ca = load->options.ca, .cert = cert, .key = key};
	struct load_line *line = &load->lines[load->line_count];
	struct rk_err err = {0};

	if (load->line_count == LOAD_LINES_MAX)
		load_die("more certificates than there is room for", NULL);
	snprintf(line->name, sizeof line->name, "%s", name);
	if (rk_tls_client(&files, &line->tls, &err) != RK_OK)
		load_die(name, &err);
	load->line_count++;
}

struct load_line *load_line_find(struct load *load, const char *name)
{
	for (int i = 0; i < load->line_count; i++)
		if (strcmp(load->lines[i].name, name) == 0)
			return &load->lines[i];
	return NULL;
}

struct bufferevent *load_line_connect(struct load *load, struct load_line *line)
{
	const struct load_options *options = &load->options;
	struct bufferevent *bev;
	struct rk_err err = {0};
	SSL *ssl;
	int one = 1;

	if (rk_tls_session(line->tls, options->host, &ssl, &err) != RK_OK)
		load_die(line->name, &err);
	bev = bufferevent_openssl_socket_new(load->base, -1, ssl, BUFFEREVENT_SSL_CONNECTING,
		BEV_OPT_CLOSE_ON_FREE | BEV_OPT_DEFER_CALLBACKS);
	if (!bev)
		load_die("bufferevent", NULL);
	bufferevent_enable(bev, EV_READ | EV_WRITE);
	if (bufferevent_socket_connect_hostname(bev, NULL, AF_INET, options->host, options->port) !=
		0)
		load_die(options->server, NULL);
	(void)setsockopt(bufferevent_getfd(bev), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return bev;
}

static void on_secured(struct bufferevent *bev, short what, void *arg)
{
	struct load_link *link = arg;
	struct rk_err err = {0};
	char why[200];

	link->bev = NULL;
	if (what & BEV_EVENT_CONNECTED) {
		if (rk_h2_create(RK_H2_CLIENT, bev,
			    link->limits ? link->limits : &rk_h2_limits_default, link->events, link,
			    &link->h2, &err) != RK_OK)
			load_die(link->line->name, &err);
		link->up(link);
		return;
	}
	rk_tls_failure(bev, why, sizeof why);
	bufferevent_free(bev);
	link->down(link, why);
}

void load_link_open(struct load_link *link)
{
	link->bev = load_line_connect(link->load, link->line);
	bufferevent_setcb(link->bev, NULL, NULL, on_secured, link);
}

void load_link_dead(struct rk_h2 *h2, const char *why, void *arg)
{
	struct load_link *link = arg;

	link->h2 = NULL;
	link->down(link, why);
	rk_h2_free(&h2);
}

struct rk_h2_stream *load_link_call(
	struct load_link *link, const char *path, struct rk_slice message, void *user)
{
	const struct rk_h2_header headers[] = {
		{":method",      rk_slice_str("POST")                    },
		{":scheme",      rk_slice_str("https")                   },
		{":path",        rk_slice_str(path)                      },
		{":authority",   rk_slice_str(link->load->options.server)},
		{"te",           rk_slice_str("trailers")                },
		{"content-type", rk_slice_str("application/grpc")        },
	};
	struct rk_h2_stream *stream;
	struct rk_err err = {0};

	if (!link->h2)
		return NULL;
	if (rk_h2_request(link->h2, headers, sizeof headers / sizeof *headers, user, &stream,
		    &err) != RK_OK) {
		/* It has had its share of streams, or is going: the next one takes it up. */
		rk_h2_drain(link->h2);
		return NULL;
	}
	if (rk_h2_send(stream, message) != RK_OK || rk_h2_end(stream, NULL, 0) != RK_OK)
		load_die("request", NULL);
	return stream;
}
