/* daemon/rpc/submit_reports.c: a stream of reports, with submissions that settle when told. */
#include "check.h"
#include "rpc/submission.h"

#include "renkei/v1/report_service.pb-c.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST = 128 };

/* The stream that records. */
struct rk_h2_stream {
	char grpc_status[8];
	struct rk_buf body;
	bool ended, no_memory;
};

enum rk_status rk_h2_respond(
	struct rk_h2_stream *stream, const struct rk_h2_header *headers, size_t count, bool end)
{
	(void)headers;
	(void)count;
	stream->ended = stream->ended || end;
	return RK_OK;
}

enum rk_status rk_h2_send(struct rk_h2_stream *stream, struct rk_slice sent)
{
	return stream->no_memory ? RK_RESOURCE_EXHAUSTED : rk_buf_add_slice(&stream->body, sent);
}

enum rk_status rk_h2_end(
	struct rk_h2_stream *stream, const struct rk_h2_header *trailers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(trailers[i].name, "grpc-status") == 0)
			snprintf(stream->grpc_status, sizeof stream->grpc_status, "%.*s",
				(int)trailers[i].value.len, (const char *)trailers[i].value.at);
	stream->ended = true;
	return RK_OK;
}

void rk_h2_reset(struct rk_h2_stream *stream, uint32_t error_code)
{
	(void)stream;
	(void)error_code;
}

void rk_h2_consumed(struct rk_h2_stream *stream, size_t len)
{
	(void)stream;
	(void)len;
}

struct rk_h2 *rk_h2_of(const struct rk_h2_stream *stream)
{
	(void)stream;
	return NULL;
}

void rk_h2_drain(struct rk_h2 *h2)
{
	(void)h2;
}

bool rk_h2_is_full(const struct rk_h2_stream *stream)
{
	(void)stream;
	return false;
}

/* Submissions that settle when told, each with so many bytes of memory. */
static struct {
	struct rk_submission_walk *walks[MOST];
	int sent, settled;
	size_t bytes;
} submissions;

enum rk_status rk_submission_read(struct rk_submission_walk *walk, struct rk_slice request)
{
	(void)request;
	walk->request_id = "6f1c9a4e-52d1-4a31-9f54-0c3d5d4b8a11";
	return rk_arena_alloc(walk->arena, submissions.bytes) ? RK_OK : RK_RESOURCE_EXHAUSTED;
}

enum rk_status rk_submission_judge(struct rk_submission_walk *walk)
{
	(void)walk;
	return RK_OK;
}

enum rk_status rk_submission_send(struct rk_submission_walk *walk, rk_submitted_fn *told, void *arg)
{
	assert_true(submissions.sent < MOST);
	walk->told = told;
	walk->arg = arg;
	submissions.walks[submissions.sent++] = walk;
	return RK_OK;
}

enum rk_status rk_submission_settle(struct rk_submission_walk *walk, enum rk_status status,
	struct rk_slice outcome, const struct rk_err *err)
{
	(void)outcome;
	walk->err = *err;
	return status;
}

void rk_submission_abandon(struct rk_submission_walk *walk)
{
	(void)walk;
}

static void settle_next(const struct rk_err *err)
{
	struct rk_submission_walk *walk = submissions.walks[submissions.settled++];

	walk->told(err->status, (struct rk_slice){0}, err, walk->arg);
}

struct world {
	struct rk_stats stats;
	struct rk_principal principal;
	struct rk_quota_book books[2];
	struct rk_quota quota;
	struct rk_call_env env;
	struct rk_h2_stream stream;
	struct rk_call *call;
};

static int make(void **state)
{
	static const struct rk_method *const methods[] = {&rk_method_submit_reports, NULL};
	struct world *w = calloc(1, sizeof *w);

	*state = w;
	if (!w)
		return -1;
	memset(&submissions, 0, sizeof submissions);
	submissions.bytes = 20000;
	w->quota = (struct rk_quota){
		.all = &w->books[0], .mine = &w->books[1], .max_calls = 2, .max_bytes = 100000};
	w->env = (struct rk_call_env){
		.base = event_base_new(),
		.methods = methods,
		.stats = &w->stats,
		.quota = &w->quota,
		.max_message = 64,
		.max_timeout_ms = 60000,
		.request_ms = 30000,
		.slow_after_ms = 5000,
		.slowest_bytes = 1024,
		.idle_ms = 60000,
	};
	if (!rk_principal_parse(&w->principal, "renkei://a/municipality/401005"))
		return -1;
	w->call = rk_call_open(&w->env, &w->principal, &w->stream);
	if (!w->call)
		return -1;
	rk_call_on_header(w->call, rk_slice_str(":method"), rk_slice_str("POST"));
	rk_call_on_header(w->call, rk_slice_str(":path"),
		rk_slice_str("/renkei.v1.ReportService/SubmitReports"));
	rk_call_on_header(w->call, rk_slice_str("content-type"), rk_slice_str("application/grpc"));
	rk_call_on_header(w->call, rk_slice_str("te"), rk_slice_str("trailers"));
	rk_call_on_headers_end(w->call);
	return 0;
}

static int clear(void **state)
{
	struct world *w = *state;

	rk_call_on_close(w->call);
	assert_int_equal(w->quota.all->bytes, 0);
	rk_buf_clear(&w->stream.body);
	event_base_free(w->env.base);
	free(w);
	return 0;
}

static void send_items(struct world *w, int count)
{
	for (int i = 0; i < count; i++)
		rk_call_on_data(w->call, bytes("\0\0\0\0\2\x0a\0"));
}

static void a_stream_that_stays_open_holds_only_what_is_not_answered(void **state)
{
	struct world *w = *state;
	const struct rk_err fine = {0};

	send_items(w, 2);
	assert_true(w->quota.all->bytes >= 40000);
	settle_next(&fine);
	assert_in_range(w->quota.all->bytes, 20000, 39999);
	settle_next(&fine);
	assert_in_range(w->quota.all->bytes, 0, 19999);
	assert_false(w->stream.ended);
}

static void large_items_wait_for_their_principals_share(void **state)
{
	struct world *w = *state;
	const struct rk_err fine = {0};

	send_items(w, 20);
	assert_false(w->stream.ended);
	assert_int_equal(submissions.sent, 3);
	while (submissions.settled < submissions.sent)
		settle_next(&fine);
	assert_int_equal(submissions.sent, 20);
	assert_false(w->stream.ended);
	rk_call_on_end(w->call);
	assert_string_equal(w->stream.grpc_status, "0");
}

static void an_item_comes_through_however_much_the_others_of_its_principal_hold(void **state)
{
	struct world *w = *state;
	struct rk_quota_share other = {0};
	struct rk_err err = {0};

	assert_ok(rk_quota_enter(&w->quota, w->principal.uri, &other, &err), err);
	assert_ok(rk_quota_hold(&w->quota, &other, 60000, &err), err);
	send_items(w, 2);
	assert_int_equal(submissions.sent, 1);
	settle_next(&err);
	assert_int_equal(submissions.sent, 2);
	settle_next(&err);
	rk_quota_leave(&w->quota, &other);
}

static void a_stream_without_memory_for_an_answer_has_an_unknown_outcome(void **state)
{
	struct world *w = *state;
	const struct rk_err fine = {0};

	send_items(w, 2);
	w->stream.no_memory = true;
	settle_next(&fine);
	assert_true(w->stream.ended);
	assert_string_equal(w->stream.grpc_status, "14");
	assert_string_equal(w->call->err.reason, "OUTCOME_UNKNOWN");
}

static void an_item_that_may_come_again_is_told_when(void **state)
{
	struct world *w = *state;
	struct rk_err busy = {0};
	Renkei__V1__SubmitReportsResponse *answer;

	(void)rk_fail_reason(&busy, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY", "busy");
	busy.retry_ms = 777;
	send_items(w, 1);
	settle_next(&busy);
	assert_true(w->stream.body.len > 5);
	answer = renkei__v1__submit_reports_response__unpack(
		NULL, w->stream.body.len - 5, (const uint8_t *)w->stream.body.at + 5);
	assert_non_null(answer);
	assert_int_equal(answer->code, RK_RESOURCE_EXHAUSTED);
	assert_string_equal(answer->reason, "SERVER_BUSY");
	assert_int_equal(answer->retry_ms, 777);
	renkei__v1__submit_reports_response__free_unpacked(answer, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_stream_that_stays_open_holds_only_what_is_not_answered, make, clear),
		cmocka_unit_test_setup_teardown(
			large_items_wait_for_their_principals_share, make, clear),
		cmocka_unit_test_setup_teardown(
			an_item_comes_through_however_much_the_others_of_its_principal_hold, make,
			clear),
		cmocka_unit_test_setup_teardown(
			a_stream_without_memory_for_an_answer_has_an_unknown_outcome, make, clear),
		cmocka_unit_test_setup_teardown(
			an_item_that_may_come_again_is_told_when, make, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
