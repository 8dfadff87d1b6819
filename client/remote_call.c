/* One message out, one in; again where remote_again.h allows it. */
#include "base/clock.h"
#include "proxy.h"
#include "remote.h"
#include "remote_again.h"
#include "wire/pack.h"

/* An evaluation that is kept has at most 12 MiB as JSON: a list of short words takes five times that. */
#define ANSWER_MEMORY ((size_t)64 << 20)

/* The one answer of a unary call. */
struct unary {
	struct rk_run *run;
	const ProtobufCMessageDescriptor *type;
	ProtobufCMessage *response;
	size_t count;
	struct rk_err err;
};

static void unary_on_message(void *arg, struct rk_slice message)
{
	struct unary *unary = arg;

	if (unary->count++ == 0 &&
		rk_unpack_within(&unary->run->arena, unary->type, message, ANSWER_MEMORY,
			&unary->response, &unary->err) != RK_OK)
		unary->response = NULL;
}

/* NOLINTNEXTLINE(readability-function-size): a call, its answer and its failure */
enum rk_status rk_remote_once(struct rk_run *run, const char *path, struct rk_slice request,
	int64_t timeout_ms, const ProtobufCMessageDescriptor *type, ProtobufCMessage **response,
	struct rk_failure *failure)
{
	struct unary unary = {.run = run, .type = type};
	const struct rk_exchange exchange = {.path = path,
		.messages = &request,
		.count = 1,
		.timeout_ms = timeout_ms,
		.on_message = unary_on_message,
		.arg = &unary};

	RK_TRY(rk_remote_exchange(run, &exchange, failure));
	if (!unary.response)
		return rk_fail_reason(&failure->err, RK_INTERNAL, "SERVER_ANSWER_BAD",
			"the answer cannot be read: %s",
			unary.count ? unary.err.text : "it is empty");
	*response = unary.response;
	return RK_OK;
}

/* Once, and only where a server is asked: the variable may be meant for other programs. */
static void tell_unused_proxy(struct rk_run *run)
{
	char shown[440];

	if (!run->profile.proxy_unused)
		return;
	rk_proxy_shown(run->profile.proxy_unused, shown);
	rk_talk(run, "proxy.unused", "value", rk_visible(run, shown));
	run->profile.proxy_unused = NULL;
}

enum rk_status rk_remote_call(struct rk_run *run, const char *path, const ProtobufCMessage *request,
	const ProtobufCMessageDescriptor *type, ProtobufCMessage **response,
	struct rk_failure *failure)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};
	bool write = protobuf_c_message_descriptor_get_field_by_name(
		request->descriptor, "request_id");
	int64_t until = rk_clock_ms() + rk_patience_ms(run);

	tell_unused_proxy(run);
	*failure = (struct rk_failure){.retry_ms = -1};
	if (rk_pack(request, &bytes) != RK_OK)
		return rk_fail(&failure->err, RK_RESOURCE_EXHAUSTED, "out of memory");
	for (unsigned attempt = 0;; attempt++) {
		int64_t left = until - rk_clock_ms();
		/* An attempt has all the time that is left: what is merely slow is not cut short to be sent again. */
		enum rk_status status = rk_remote_once(run, path, rk_buf_slice(&bytes),
			left > 1 ? left : 1, type, response, failure);

		if (status == RK_OK) {
			rk_again_succeeded(run);
			return status;
		}
		rk_again_failed(run, failure);
		if (!(write ? rk_again_for_write(failure) : rk_again_for_read(failure, attempt)) ||
			!rk_again_wait(run, failure, attempt, until))
			return status;
	}
}
