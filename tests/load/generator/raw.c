#include "raw.h"

#include <event2/buffer.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>

#include <string.h>

static const char hello[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
			    "\0\0\0\4\0\0\0\0\0";
static const char settings_ack[] = "\0\0\0\4\1\0\0\0\0";

void load_raw_close(struct load_raw *raw)
{
	if (!raw->bev)
		return;
	(void)SSL_shutdown(bufferevent_openssl_get_ssl(raw->bev));
	ERR_clear_error();
	bufferevent_free(raw->bev);
	raw->bev = NULL;
}

static void on_read(struct bufferevent *bev, void *arg)
{
	struct load_raw *raw = arg;
	struct evbuffer *input = bufferevent_get_input(bev);

	(void)evbuffer_drain(input, evbuffer_get_length(input));
	if (raw->greeted)
		return;
	raw->greeted = true;
	(void)bufferevent_write(bev, settings_ack, sizeof settings_ack - 1);
	raw->up(raw);
}

static void on_event(struct bufferevent *bev, short what, void *arg)
{
	struct load_raw *raw = arg;
	char why[200];

	if (what & BEV_EVENT_CONNECTED) {
		(void)bufferevent_write(bev, hello, sizeof hello - 1);
		return;
	}
	rk_tls_failure(bev, why, sizeof why);
	bufferevent_free(bev);
	raw->bev = NULL;
	raw->down(raw, why);
}

void load_raw_open(struct load_raw *raw)
{
	raw->greeted = false;
	raw->bev = load_line_connect(raw->load, raw->line);
	bufferevent_setcb(raw->bev, on_read, NULL, on_event, raw);
}
