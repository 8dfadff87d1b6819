#include "serve/scrape.h"

#include "rpc/rpc.h"

#include <event2/buffer.h>
#include <event2/http.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct rk_scrape {
	const struct rk_call_env *env;
	struct evhttp *http;
};

static void on_metrics(struct evhttp_request *request, void *arg)
{
	const struct rk_scrape *scrape = arg;
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	struct evbuffer *out = evbuffer_new();

	if (!out || rk_metrics_text(scrape->env, &text) != RK_OK ||
		evbuffer_add(out, text.at, text.len) != 0) {
		evhttp_send_error(request, 503, "no memory");
	} else {
		evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
			"text/plain; version=0.0.4; charset=utf-8");
		evhttp_send_reply(request, 200, "OK", out);
	}
	if (out)
		evbuffer_free(out);
}

static void on_other(struct evhttp_request *request, void *arg)
{
	(void)arg;
	evhttp_send_error(request, 404, "Not Found");
}

enum rk_status rk_scrape_open(
	const struct rk_call_env *env, int fd, struct rk_scrape **out, struct rk_err *err)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* evhttp closes what it accepts from */

	*out = calloc(1, sizeof **out);
	if (*out) {
		(*out)->env = env;
		(*out)->http = evhttp_new(env->base);
	}
	if (own < 0 || !*out || !(*out)->http || evhttp_accept_socket((*out)->http, own) != 0) {
		if (own >= 0)
			close(own);
		rk_scrape_close(out);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "the figures cannot be served");
	}
	evhttp_set_allowed_methods((*out)->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size((*out)->http, 8192);
	evhttp_set_max_body_size((*out)->http, 1024);
	evhttp_set_timeout((*out)->http, 10);
	evhttp_set_cb((*out)->http, "/metrics", on_metrics, *out);
	evhttp_set_gencb((*out)->http, on_other, NULL);
	return RK_OK;
}

void rk_scrape_close(struct rk_scrape **scrape)
{
	if (!*scrape)
		return;
	if ((*scrape)->http)
		evhttp_free((*scrape)->http);
	free(*scrape);
	*scrape = NULL;
}
