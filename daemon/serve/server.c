#include "serve/server.h"

#include "base/clock.h"
#include "base/log.h"
#include "rpc/rpc.h"
#include "serve/enrolment.h"
#include "serve/exports.h"
#include "serve/limits.h"
#include "serve/listener.h"
#include "serve/peer.h"
#include "serve/revocation.h"
#include "serve/room.h"
#include "serve/scrape.h"

#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#define CONNECT_MS     5000
#define STREAM_IDLE_MS 60000
/* PostgreSQL's settings can change while it runs. */
#define SAFETY_MS 5000

struct server {
	const struct rk_server_options *options;
	struct event_base *base;
	struct rk_stats *stats;
	struct rk_call_env env;
	struct rk_quota quota;
	struct rk_pool *pool;
	struct rk_pool_counters last;
	struct rk_rpc *rpc;
	struct rk_peers peers;
	struct rk_limits limits;
	struct rk_revocation revocation;
	struct rk_listener *listener;
	struct rk_scrape *scrape;
	struct rk_enrolment enrolment;
	struct event *term, *retire, *tick;
	int64_t cut_ms; /* draining: when patience ends */
	bool told_ready, closing, stopping;
};

static void tell_parent(const struct server *server, char what)
{
	/* A parent that is gone ends this process anyway. */
	if (write(server->options->notify_fd, &what, 1) != 1)
		return;
}

static void server_on_pool(void *arg, bool ready)
{
	struct server *server = arg;

	if (server->closing)
		return;
	rk_counters_pool(server->stats, server->pool, &server->last);
	atomic_store(&server->stats->db_ready, ready);
	if (server->rpc)
		rk_rpc_set_serving(server->rpc, ready && !server->stopping);
	if (ready && !server->told_ready) {
		server->told_ready = true;
		tell_parent(server, 'R');
	}
}

static void look_at_room(struct server *server)
{
	const char *folder = server->options->config->settings->database_folder;
	char why[300];

	if (*folder)
		rk_pool_hold(server->pool, rk_room_is_short(folder, why) ? why : NULL);
}

static void server_on_accept(evutil_socket_t fd, const struct sockaddr *address, void *arg)
{
	struct server *server = arg;

	rk_peers_accept(&server->peers, fd, address);
}

static void server_on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct server *server = arg;

	(void)fd;
	(void)what;
	look_at_room(server);
	rk_counters_pool(server->stats, server->pool, &server->last);
	atomic_store(&server->stats->batch_waiting, (int64_t)rk_batch_waiting(server->rpc->batch));
	rk_revocation_look(&server->revocation, &server->peers.tls);
	rk_peers_tick(&server->peers);
	rk_peers_tick(&server->enrolment.peers);
	if (!server->peers.draining)
		return;
	if (server->peers.count + server->enrolment.peers.count == 0) {
		event_base_loopbreak(server->base);
	} else if (rk_clock_ms() >= server->cut_ms) {
		rk_peers_cut(&server->peers);
		rk_peers_cut(&server->enrolment.peers);
	}
}

/* SIGTERM: health first, so that who asks goes elsewhere; then no new connections; then the old ones finish.  SIGUSR1: the
 * same, but others serve on this port already, so that health stays as it is. */
static void server_on_term(evutil_socket_t signal, short what, void *arg)
{
	static const struct timeval soon = {0, 50000};
	struct server *server = arg;

	(void)what;
	if (server->peers.draining)
		return;
	rk_log(RK_LOG_NOTICE, "draining", RK_NUMBER("connections", server->peers.count));
	rk_rpc_drain(server->rpc, signal == SIGTERM);
	rk_listener_close(&server->listener);
	rk_scrape_close(&server->scrape);
	rk_enrolment_drain(&server->enrolment, signal == SIGUSR1);
	/* A socket that anybody still holds open takes connections that nobody will serve. */
	close(server->options->listen_fd);
	if (server->options->scrape_fd >= 0)
		close(server->options->scrape_fd);
	if (server->options->enrol_fd >= 0)
		close(server->options->enrol_fd);
	server->stopping = signal == SIGTERM;
	server->cut_ms = rk_clock_ms() + server->peers.drain_ms;
	rk_peers_drain(&server->peers, signal == SIGUSR1);
	event_add(server->tick, &soon);
}

static void fill_env(struct server *server)
{
	const struct rk_settings *settings = server->options->config->settings;

	server->quota = (struct rk_quota){
		.all = rk_counters_book(server->options->counters),
		.mine = rk_counters_book_of(server->options->counters, server->options->slot),
		.max_calls = (int)settings->max_calls_per_principal,
		.max_all_calls = (int)settings->max_calls,
		.max_bytes = settings->max_bytes_per_principal,
		.max_all_bytes = settings->max_request_bytes,
	};
	server->env = (struct rk_call_env){
		.base = server->base,
		.pool = server->pool,
		.methods = rk_methods,
		.stats = server->stats,
		.stats_all = rk_counters_slot(server->options->counters, 0),
		.stats_count = RK_COUNTERS_SLOTS,
		.stats_stride = rk_counters_stride(),
		.quota = &server->quota,
		.max_message = (size_t)settings->max_message_bytes,
		.default_timeout_ms = settings->default_timeout_ms,
		.max_timeout_ms = settings->max_timeout_ms,
		.request_ms = settings->request_timeout_ms,
		.slow_after_ms = settings->h2.body_grace_ms,
		.slowest_bytes = settings->h2.body_per_second,
		.idle_ms = STREAM_IDLE_MS,
		/* That of the moment: a list that was read since holds for papers too. */
		.tls = &server->peers.tls,
	};
}

static int share(int64_t all, int workers)
{
	int64_t one = (all + workers - 1) / workers;

	return one < 1 ? 1 : (int)one;
}

static void fill_peers(struct server *server)
{
	const struct rk_settings *settings = server->options->config->settings;
	struct rk_peers *peers = &server->peers;

	rk_peers_init(peers);
	peers->env = &server->env;
	peers->tls = rk_tls_ref(server->options->config->tls);
	rk_revocation_init(&server->revocation, settings, peers->tls);
	peers->max = share(settings->max_connections, server->options->workers);
	peers->max_handshakes = share(settings->max_handshakes, server->options->workers);
	peers->max_handshakes_per_source = (int)settings->max_handshakes_per_source;
	peers->max_per_principal = (int)settings->max_connections_per_principal;
	peers->handshake_ms = settings->handshake_timeout_ms;
	peers->idle_ms = settings->idle_timeout_ms;
	peers->age_ms = settings->connection_age_ms;
	peers->drain_ms = settings->drain_ms;
	peers->grace_ms = settings->h2.grace_ms;
	rk_limits_fill(&server->limits, settings);
	peers->h2 = &server->limits.h2;
}

static enum rk_status open_database(struct server *server, struct rk_err *err)
{
	const struct rk_settings *settings = server->options->config->settings;
	const struct rk_pool_options options = {
		.conninfo = settings->database,
		.connections = (int)settings->database_connections,
		.slots = (int)settings->database_slots,
		.queue = (int)settings->database_queue,
		.reserved = (int)settings->batch_slots,
		.wait_ms = settings->queue_wait_ms,
		.connect_timeout_ms = CONNECT_MS,
		.statements = rk_rpc_statements(),
		.check_safety = true,
		.safety_ms = SAFETY_MS,
		.on_ready = server_on_pool,
		.arg = server,
	};

	if (!options.statements)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the statements");
	return rk_pool_open(server->base, &options, &server->pool, err);
}

static int port_of(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t len = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		return 0;
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): version 14 does not know what getsockname fills */
	return ntohs(address.ss_family == AF_INET6
			? ((const struct sockaddr_in6 *)(const void *)&address)->sin6_port
			: ((const struct sockaddr_in *)(const void *)&address)->sin_port);
}

static struct rk_access_options access_options(const struct server *server)
{
	const struct rk_config *config = server->options->config;
	struct rk_access_options options = {
		.ca = config->ca,
		.port = port_of(server->options->listen_fd),
		.enrol_port = server->options->enrol_port,
		.days = config->settings->certificate_days,
		.office_days = config->settings->office_certificate_days,
		.per_minute = (int)config->settings->enrolments_per_minute,
		.per_source = (int)config->settings->enrolments_per_source,
	};

	options.has_authority = rk_tls_authority(config->tls, options.authority);
	return options;
}

static enum rk_status open_rpc(struct server *server, struct rk_err *err)
{
	const struct rk_settings *settings = server->options->config->settings;
	const struct rk_rpc_options options = {
		.batch = {.items = (size_t)settings->batch_items,
			  .bytes = (size_t)settings->batch_bytes,
			  .slots = (int)settings->batch_slots,
			  .wait_ms = settings->queue_wait_ms},
		.keys = server->options->config->keys,
		.max_streams = server->limits.h2.max_streams,
		.letters_wait = !*settings->smtp_url,
		.access = access_options(server),
		.export_dir = settings->export_dir,
		.exports_made = rk_exports_are_made(settings),
		.export_commands = settings->export_commands,
		.attachments = {.bytes = settings->attachment_bytes,
			  .files = settings->attachment_files,
			  .hours = settings->attachment_expire_hours},
	};

	return rk_rpc_create(&server->env, &options, &server->rpc, err);
}

static enum rk_status open_events(struct server *server, struct rk_err *err)
{
	static const struct timeval second = {1, 0};

	server->term = evsignal_new(server->base, SIGTERM, server_on_term, server);
	server->retire = evsignal_new(server->base, SIGUSR1, server_on_term, server);
	server->tick = event_new(server->base, -1, EV_PERSIST, server_on_tick, server);
	if (!server->term || !server->retire || !server->tick ||
		event_add(server->term, NULL) != 0 || event_add(server->retire, NULL) != 0 ||
		event_add(server->tick, &second) != 0)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the loop");
	return RK_OK;
}

static enum rk_status server_open(struct server *server, struct rk_err *err)
{
	server->base = event_base_new();
	if (!server->base)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for the loop");
	fill_peers(server);
	rk_enrolment_init(&server->enrolment);
	RK_TRY(open_events(server, err));
	RK_TRY(open_database(server, err));
	look_at_room(server);
	fill_env(server);
	RK_TRY(open_rpc(server, err));
	RK_TRY(rk_enrolment_open(
		&server->enrolment, &server->env, server->options, &server->limits.h2, err));
	if (server->options->scrape_fd >= 0)
		RK_TRY(rk_scrape_open(
			&server->env, server->options->scrape_fd, &server->scrape, err));
	return rk_listener_open(server->base, server->options->listen_fd, server_on_accept, server,
		&server->listener, err);
}

static void server_close(struct server *server)
{
	server->closing = true;
	rk_listener_close(&server->listener);
	rk_scrape_close(&server->scrape);
	rk_enrolment_close(&server->enrolment);
	rk_rpc_free(&server->rpc);
	rk_pool_close(&server->pool);
	rk_tls_free(&server->peers.tls);
	if (server->term)
		event_free(server->term);
	if (server->retire)
		event_free(server->retire);
	if (server->tick)
		event_free(server->tick);
	if (server->base)
		event_base_free(server->base);
}

static enum rk_log_level log_level(const char *name)
{
	static const char *const names[] = {"error", "warning", "notice", "info", "debug"};

	for (int i = 0; i < 5; i++) {
		if (strcmp(names[i], name) == 0)
			return (enum rk_log_level)i;
	}
	return RK_LOG_INFO;
}

void rk_server_log(const struct rk_settings *settings)
{
	rk_log_set(log_level(settings->log_level),
		strcmp(settings->log_to, "journal") == 0 ? -1 : STDERR_FILENO);
}

int rk_server_run(const struct rk_server_options *options)
{
	const struct rk_settings *settings = options->config->settings;
	struct server server = {.options = options};
	struct rk_err err = {0};

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	rk_server_log(settings);
	rk_log_worker(getpid());
	srandom((unsigned)rk_clock_now_us());
	server.stats = rk_counters_slot(options->counters, options->slot);
	atomic_store(&server.stats->pid, getpid());
	atomic_store(&server.stats->started, rk_clock_now_us() / 1000000);
	if (server_open(&server, &err) != RK_OK) {
		rk_log(RK_LOG_ERROR, "worker_failed", RK_TEXT("why", err.text));
		server_close(&server);
		return EX_SOFTWARE;
	}
	rk_log(RK_LOG_NOTICE, "worker_started");
	tell_parent(&server, 'L');
	event_base_dispatch(server.base);
	rk_log(RK_LOG_NOTICE, "worker_stopped");
	server_close(&server);
	return EX_OK;
}
