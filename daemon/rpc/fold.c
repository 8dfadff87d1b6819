#include "rpc/fold.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "db/pool.h"
#include "rpc/comparison.h"

#include <stdio.h>
#include <stdlib.h>

/* The first is also in the statement, the second in expire_uploads: a full answer means that more wait. */
enum { FOLD_DELTAS = 1000, EXPIRE_UPLOADS = 10, SOON_MS = 100, TIMEOUT_MS = 5000 };

/* Of so many rounds one is about uploads. */
enum { EXPIRE_EVERY = 60 };

/* To make ready what is searched costs as much as to submit it: of a worker's time it gets this part, and what waits is found meanwhile too. */
enum { SEARCH_PART = 10 };

const struct rk_statement rk_fold_statement = {
	"fold_rollups", "select renkei_api.fold_rollups(1000) as moved", 0};

const struct rk_statement rk_search_statement = {
	"index_search", "select renkei_api.index_search() as moved", 0};

const struct rk_statement rk_expire_statement = {
	"expire_uploads", "select renkei_api.expire_uploads($1::integer) as moved", 1};

enum question { SUMS, SEARCH, COMPARE, KEEP, UPLOADS };

/* An answer of so many means that more wait. */
static const struct {
	const struct rk_statement *statement;
	int64_t full;
} questions[] = {
	[SUMS] = {&rk_fold_statement,            FOLD_DELTAS   },
	[SEARCH] = {&rk_search_statement,          1             },
	[COMPARE] = {&rk_next_comparison_statement, 1             },
	[KEEP] = {&rk_keep_comparison_statement, 1             },
	[UPLOADS] = {&rk_expire_statement,          EXPIRE_UPLOADS},
};

struct rk_fold {
	const struct rk_call_env *env;
	int64_t every_ms;
	char hours[24];
	unsigned turn;
	enum question asks; /* on its way, or the next one */
	int64_t asked_ms;
	int64_t search_ms; /* not before that */
	struct event *timer;
	struct rk_arena arena;
	struct rk_query *query;         /* on its way */
	struct rk_comparison_made made; /* to be kept; code NULL: nothing */
};

static struct timeval fold_time(int64_t ms)
{
	return (struct timeval){ms / 1000, (ms % 1000) * 1000};
}

static void fold_wait(struct rk_fold *fold, int64_t ms)
{
	const struct timeval time = fold_time(ms);

	/* It comes back by itself: without memory for this time it keeps the one before. */
	(void)event_add(fold->timer, &time);
}

static bool more_wait(const struct rk_query *query, int64_t full)
{
	struct rk_slice moved;
	int64_t number;

	return rk_query_rows(query) == 1 && rk_query_value(query, 0, "moved", &moved) &&
		rk_text_i64(moved, full, INT64_MAX, &number);
}

static void fold_forget(struct rk_fold *fold)
{
	if (fold->query)
		rk_query_release(fold->query);
	fold->query = NULL;
	rk_arena_clear(&fold->arena);
}

/* Sums and uploads go on as long as there are more; what is searched and what is compared waits for the sums between, and for the rest of its time. */
static enum question next_of(struct rk_fold *fold, bool soon)
{
	int64_t now_ms = rk_clock_ms();

	if (fold->asks == SEARCH || fold->asks == KEEP)
		fold->search_ms = now_ms + (now_ms - fold->asked_ms) * (SEARCH_PART - 1);
	if (fold->asks == SEARCH)
		return COMPARE;
	if (fold->asks == COMPARE && fold->made.code)
		return KEEP;
	if (fold->asks == COMPARE || fold->asks == KEEP)
		return ++fold->turn % EXPIRE_EVERY == 0 ? UPLOADS : SUMS;
	if (soon)
		return fold->asks;
	return fold->asks == SUMS && now_ms >= fold->search_ms ? SEARCH : SUMS;
}

static void fold_on_settled(struct rk_query *query, void *arg)
{
	struct rk_fold *fold = arg;
	struct rk_err err = {0};
	enum rk_status status = rk_query_status(query, NULL, &err);
	bool soon = status == RK_OK && fold->asks != COMPARE && fold->asks != KEEP &&
		more_wait(query, questions[fold->asks].full);
	bool kept = status == RK_OK && fold->asks == KEEP;
	enum question next;

	rk_comparison_clear(&fold->made);
	if (status == RK_OK && fold->asks == COMPARE)
		status = rk_comparison_make(query, &fold->made, &err);
	next = next_of(fold, soon);
	if (status != RK_OK && status != RK_UNAVAILABLE && status != RK_CANCELLED)
		rk_log(RK_LOG_WARNING, "fold_failed",
			RK_TEXT("question", questions[fold->asks].statement->name),
			RK_TEXT("text", err.text));
	fold_forget(fold);
	/* More may wait to be compared: their turn is not ten seconds away. */
	soon = soon || kept ||
		(status == RK_OK && (next == SEARCH || next == COMPARE || next == KEEP));
	fold->asks = next;
	fold_wait(fold, soon && fold->every_ms > SOON_MS ? SOON_MS : fold->every_ms);
}

static struct rk_query *fold_question(struct rk_fold *fold)
{
	struct rk_query *query;

	query = rk_query_create(&fold->arena, questions[fold->asks].statement, NULL, TIMEOUT_MS);
	if (query && fold->asks == UPLOADS)
		rk_query_text(query, rk_slice_str(fold->hours));
	if (query && (fold->asks == COMPARE || fold->asks == KEEP))
		rk_query_worker(query, "comparisons");
	if (query && fold->asks == COMPARE)
		rk_query_binary(query);
	if (query && fold->asks == KEEP) {
		rk_query_text(query, rk_slice_str(fold->made.code));
		rk_query_text(query, rk_slice_str(fold->made.version));
		rk_query_text(query, rk_buf_slice(&fold->made.json));
	}
	return query;
}

/* A pool that is away is asked later, and so is one that has no room for the question. */
static void fold_on_time(evutil_socket_t fd, short what, void *arg)
{
	struct rk_fold *fold = arg;
	struct rk_err err;

	(void)fd;
	(void)what;
	if (fold->query)
		return;
	fold->asked_ms = rk_clock_ms();
	if (rk_pool_ready(fold->env->pool))
		fold->query = fold_question(fold);
	if (fold->query &&
		rk_pool_submit(fold->env->pool, fold->query, fold_on_settled, fold, &err) == RK_OK)
		return;
	fold_forget(fold);
	fold_wait(fold, fold->every_ms);
}

enum rk_status rk_fold_create(const struct rk_call_env *env, int64_t every_ms, int64_t hours,
	struct rk_fold **out, struct rk_err *err)
{
	const struct timeval time = fold_time(every_ms);
	struct rk_fold *fold = calloc(1, sizeof *fold);

	*out = NULL;
	if (fold)
		fold->timer = event_new(env->base, -1, EV_PERSIST, fold_on_time, fold);
	if (!fold || !fold->timer || event_add(fold->timer, &time) != 0) {
		if (fold && fold->timer)
			event_free(fold->timer);
		free(fold);
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory to fold sums");
	}
	fold->env = env;
	fold->every_ms = every_ms;
	snprintf(fold->hours, sizeof fold->hours, "%lld", (long long)hours);
	*out = fold;
	return RK_OK;
}

void rk_fold_free(struct rk_fold **fold)
{
	struct rk_fold *f = *fold;

	if (!f)
		return;
	if (f->query)
		rk_query_abandon(f->env->pool, f->query);
	fold_forget(f);
	rk_comparison_clear(&f->made);
	event_free(f->timer);
	free(f);
	*fold = NULL;
}
