/* The status matrix as a stream: told at once, and again whenever it has become another one.
 *
 * A change is known from what the workers of this daemon count once it is committed (call/stats.h), in memory that they share; of other daemons
 * on the same database, and of deadlines that pass, from asking anyway.  NOTIFY would tell too, but who commits with one waits for all others
 * that do, and every submission would.  However many changes there are, a watcher asks one question at a time and is told the last state: a
 * peer that takes nothing is told nothing meanwhile. */
#include "base/clock.h"
#include "rpc/rpc.h"
#include "wire/json.h"

#include "renkei/v1/status_service.pb-c.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	LOOK_MS = 200,     /* for changes */
	ANYWAY_MS = 10000, /* asked without one */
	AWAY_MS = 2000,    /* asked again when it was not answered */
	ALIVE_MS = 30000,  /* told that it is still so */
	SPARE = 9,         /* so many times as long as an answer took, the next one waits */
	MOST = 64,         /* watchers of a worker */
	DIGEST = 65,
};

/* A call of WatchPlatformStatus, in the list of its worker. */
struct watch {
	struct rk_list node;
	struct rk_question question;
	struct rk_call *call;
	struct event *timer;
	const char *request; /* as JSON */
	char digest[DIGEST]; /* of what was told last */
	uint64_t changes;    /* counted when it was asked last */
	int64_t asked_ms, next_ms, told_ms;
	bool away; /* the last question was not answered */
};

static const struct rk_statement statement = {"watch_platform_status",
	"select digest, reply from renkei_api.watch_platform_status($1::jsonb, $2)", 2};

/* Methods behind which the matrix may be another one; what they did is committed when they are counted. */
static const char *const changing[] = {"/renkei.v1.ReportService/WithdrawReport",
	"/renkei.v1.ReportService/ReleaseReport", "/renkei.v1.ReportService/SendBackReport",
	"/renkei.v1.ReportService/RelayDecision", "/renkei.v1.ReportService/StartReview",
	"/renkei.v1.ReportService/ReturnReport", "/renkei.v1.ReportService/AcceptReport",
	"/renkei.v1.RegistryService/ImportRegistry", "/renkei.v1.ExtensionService/DecideExtension"};

static uint64_t changes_of(const struct rk_call_env *env, const struct rk_stats *stats)
{
	uint64_t sum = atomic_load(&stats->batches);

	for (size_t i = 0; i < sizeof changing / sizeof *changing; i++) {
		int index = -1;

		if (rk_method_find(env->methods, rk_slice_str(changing[i]), &index))
			sum += atomic_load(&stats->calls[index][RK_OK]);
	}
	return sum;
}

/* Committed in all workers of this daemon; only compared. */
static uint64_t changes_now(const struct rk_call_env *env)
{
	uint64_t sum = 0;

	for (int i = 0; i < env->stats_count; i++)
		sum += changes_of(env,
			(const struct rk_stats *)(const void *)((const char *)env->stats_all +
				i * env->stats_stride));
	return sum;
}

static enum rk_status send_answer(struct rk_call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	struct watch *watch = call->state;
	struct rk_slice digest, json;
	int64_t now = rk_clock_ms();

	if (!rk_query_value(watch->question.query, 0, "digest", &digest) ||
		!rk_query_value(watch->question.query, 0, "reply", &json) || digest.len >= DIGEST)
		return rk_fail(&call->err, RK_INTERNAL, "watch_platform_status gave no row");
	if (rk_slice_equal_str(digest, watch->digest) && now < watch->told_ms + ALIVE_MS)
		return RK_OK;
	RK_TRY(rk_json_to_wire(
		&renkei__v1__watch_platform_status_response__descriptor, json, &wire, &call->err));
	memcpy(watch->digest, digest.at, digest.len);
	watch->digest[digest.len] = '\0';
	watch->told_ms = now;
	return rk_call_send_bytes(call, rk_buf_slice(&wire));
}

static void on_answer(struct rk_call *call)
{
	struct watch *watch = call->state;
	int64_t now = rk_clock_ms();

	watch->away = false;
	watch->next_ms = now + (now - watch->asked_ms) * SPARE;
	if (send_answer(call) == RK_OK)
		return;
	if (call->err.status == RK_OK)
		rk_fail_reason(&call->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"no memory for the answer");
	rk_call_fail(call);
}

/* A database that is away or busy comes back, and then the watcher is told; who may not watch any more is told so. */
static void on_refused(struct rk_call *call)
{
	struct watch *watch = call->state;

	if (call->err.status != RK_UNAVAILABLE && call->err.status != RK_RESOURCE_EXHAUSTED &&
		call->err.status != RK_CANCELLED && call->err.status != RK_DEADLINE_EXCEEDED) {
		rk_call_fail(call);
		return;
	}
	call->err = (struct rk_err){0};
	call->detail = (struct rk_slice){0};
	watch->away = true;
}

static enum rk_flow ask_state(struct rk_call *call)
{
	struct watch *watch = call->state;
	struct rk_query *query = rk_question_make(&watch->question, call, NULL, &statement);

	watch->changes = changes_now(call->env);
	watch->asked_ms = rk_clock_ms();
	if (!query)
		return RK_FLOW_END;
	rk_query_text(query, rk_slice_str(watch->request));
	rk_query_text(query, rk_slice_str(watch->digest));
	watch->question.refused = on_refused;
	return rk_question_ask(&watch->question, on_answer);
}

static bool is_time(const struct watch *watch, const struct rk_call *call, int64_t now)
{
	if (rk_question_is_out(&watch->question) || rk_h2_is_full(call->stream) ||
		now < watch->next_ms)
		return false;
	/* Of a database that is away nothing is counted. */
	return now >= watch->asked_ms + (watch->away ? AWAY_MS : ANYWAY_MS) ||
		(!watch->away && changes_now(call->env) != watch->changes);
}

static void on_time(evutil_socket_t fd, short what, void *arg)
{
	struct rk_call *call = arg;

	(void)fd;
	(void)what;
	if (!is_time(call->state, call, rk_clock_ms()) || ask_state(call) != RK_FLOW_END)
		return;
	/* No room for the question now: it is asked again. */
	on_refused(call);
}

static enum rk_status begin(struct rk_call *call, struct watch *watch)
{
	static const struct timeval time = {LOOK_MS / 1000, LOOK_MS % 1000 * 1000L};
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0};

	RK_TRY(rk_json_from_message(call->message, RK_JSON_COMPACT, &json));
	watch->request = rk_arena_slice(&call->arena, rk_buf_slice(&json));
	watch->timer = event_new(call->env->base, -1, EV_PERSIST, on_time, call);
	return watch->request && watch->timer && event_add(watch->timer, &time) == 0
		? RK_OK
		: RK_RESOURCE_EXHAUSTED;
}

static enum rk_flow ask(struct rk_call *call)
{
	struct rk_rpc *rpc = rk_rpc_of(call);
	struct watch *watch = rpc->status_watchers_count < MOST ? calloc(1, sizeof *watch) : NULL;

	if (!watch) {
		rk_fail_reason(&call->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"no room for one more watcher; at most %d", MOST);
		return RK_FLOW_END;
	}
	call->state = watch;
	rpc->status_watchers_count++;
	rk_list_append(&rpc->status_watchers, &watch->node);
	watch->call = call;
	if (begin(call, watch) != RK_OK) {
		rk_fail_reason(
			&call->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "no memory to watch");
		return RK_FLOW_END;
	}
	return ask_state(call);
}

static void closed(struct rk_call *call)
{
	struct watch *watch = call->state;

	if (!watch)
		return;
	rk_question_close(&watch->question);
	if (watch->timer)
		event_free(watch->timer);
	rk_list_remove(&watch->node);
	rk_rpc_of(call)->status_watchers_count--;
	free(watch);
	call->state = NULL;
}

void rk_watch_status_end(struct rk_rpc *rpc)
{
	rk_list_each(node, &rpc->status_watchers) {
		struct rk_call *call = rk_list_item(node, struct watch, node)->call;

		rk_fail_reason(
			&call->err, RK_UNAVAILABLE, "SERVER_STOPPING", "the server is stopping");
		rk_call_fail(call);
	}
}

const struct rk_method rk_method_watch_platform_status = {
	.path = "/renkei.v1.StatusService/WatchPlatformStatus",
	.input = &renkei__v1__watch_platform_status_request__descriptor,
	.output = &renkei__v1__watch_platform_status_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat,ministry,analyst}",
	.shape = RK_SERVER_STREAM,
	.cost = RK_COST_EXPORT,
	.ask = ask,
	.closed = closed,
};
