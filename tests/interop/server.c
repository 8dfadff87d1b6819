/* server.c - serves grpc.testing.TestService over mutual TLS, on the listener, connections and calls of renkeid.
 *
 * interop_server CA CERT KEY: listens on a port of the kernel's, prints "ready PORT", and serves until its input ends.
 */
#include "base/log.h"
#include "serve/listener.h"
#include "serve/peer.h"
#include "service.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static void on_accept(evutil_socket_t fd, const struct sockaddr *address, void *arg)
{
	rk_peers_accept(arg, fd, address);
}

static void on_input(evutil_socket_t fd, short what, void *arg)
{
	char rubbish[256];

	(void)what;
	if (read(fd, rubbish, sizeof rubbish) <= 0)
		event_base_loopbreak(arg);
}

static enum rk_status serve(const struct rk_tls_files *files, struct event_base *base,
	struct event *input, struct rk_err *err)
{
	static struct rk_stats stats;
	static struct rk_quota_book books[2];
	struct rk_quota quota = {.all = &books[0], .mine = &books[1], .max_calls = 256};
	struct rk_call_env env = {
		.base = base,
		.methods = interop_methods,
		.stats = &stats,
		.quota = &quota,
		.max_message = 1 << 20,
		.default_timeout_ms = 30000,
		.max_timeout_ms = 60000,
		.request_ms = 30000,
		.slow_after_ms = 5000,
		.slowest_bytes = 1024,
		.idle_ms = 60000,
		.on_header = interop_on_header,
		.on_answer = interop_on_answer,
	};
	struct rk_peers peers = {.env = &env,
		.max = 100,
		.max_handshakes = 16,
		.max_handshakes_per_source = 16,
		.max_per_principal = 100,
		.handshake_ms = 10000,
		.idle_ms = 600000,
		.age_ms = 3600000,
		.grace_ms = 30000,
		.h2 = &rk_h2_limits_default};
	struct rk_listener *listener = NULL;
	int fd, port;

	rk_peers_init(&peers);
	RK_TRY(rk_tls_server(files, &peers.tls, err));
	RK_TRY(rk_listener_socket("127.0.0.1:0", true, &fd, &port, err));
	RK_TRY(rk_listener_open(base, fd, on_accept, &peers, &listener, err));
	event_add(input, NULL);
	printf("ready %d\n", port);
	(void)fflush(stdout);
	event_base_dispatch(base);
	rk_listener_close(&listener);
	rk_peers_cut(&peers);
	while (peers.count > 0)
		(void)event_base_loop(base, EVLOOP_ONCE);
	rk_tls_free(&peers.tls);
	close(fd);
	return RK_OK;
}

int main(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct event *input;
	struct rk_err err = {0};
	int status = 0;

	if (argc != 4 || !base)
		return 64;
	(void)signal(SIGPIPE, SIG_IGN);
	rk_log_set(RK_LOG_INFO, STDERR_FILENO);
	input = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, base);
	if (!input ||
		serve(&(struct rk_tls_files){.ca = argv[1], .cert = argv[2], .key = argv[3]}, base,
			input, &err) != RK_OK) {
		fprintf(stderr, "interop_server: %s\n", err.text);
		status = 1;
	}
	if (input)
		event_free(input);
	event_base_free(base);
	return status;
}
