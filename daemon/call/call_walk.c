/* The walk of a call, in reading order. */
#include "base/clock.h"
#include "base/text.h"
#include "call/argument.h"
#include "call/call_own.h"
#include "call/reply.h"
#include "wire/pack.h"

#include <assert.h>
#include <string.h>

static enum rk_flow step_route(struct rk_call *call);
static enum rk_flow step_authorise(struct rk_call *call);
static enum rk_flow step_decode(struct rk_call *call);
static enum rk_flow step_validate(struct rk_call *call);
static enum rk_flow step_ask(struct rk_call *call);
static enum rk_flow step_answer(struct rk_call *call);

static const struct step {
	const char *name; /* logged as step= */
	enum rk_flow (*run)(struct rk_call *call);
} steps[] = {
	{"route",     step_route    }, /* path to method */
	{"authorise", step_authorise}, /* does the certificate name anybody? */
	{"decode",    step_decode   }, /* bytes to request; waits until they are whole */
	{"validate",  step_validate }, /* request obeys the rules */
	{"ask",       step_ask      }, /* into the pipeline; waits */
	{"answer",    step_answer   }, /* rows to reply */
	{NULL,        NULL          },
};

void rk_call_walk(struct rk_call *call)
{
	while (!call->finished) {
		enum rk_flow flow;

		assert(call->step >= 0 && steps[call->step].name && !call->query_out);
		flow = steps[call->step].run(call);
		if (flow == RK_FLOW_WAIT)
			return;
		if (flow == RK_FLOW_NEXT && rk_call_hold(call) != RK_OK)
			flow = RK_FLOW_END;
		if (flow == RK_FLOW_NEXT && steps[call->step + 1].name)
			call->step++;
		else
			rk_call_finish(call);
	}
}

void rk_call_advance(struct rk_call *call)
{
	if (call->finished)
		return;
	assert(steps[call->step + 1].name);
	call->step++;
	rk_call_walk(call);
}

const char *rk_call_step_name(const struct rk_call *call)
{
	return steps[call->step].name;
}

static void call_set_deadline(struct rk_call *call)
{
	const struct rk_call_env *env = call->env;
	bool stream = call->method->shape == RK_BIDI || call->method->shape == RK_SERVER_STREAM;
	int64_t ms = env->default_timeout_ms;

	if (call->asked_timeout_us >= 0) {
		ms = (call->asked_timeout_us + 999) / 1000;
		if (!stream && ms > env->max_timeout_ms)
			ms = env->max_timeout_ms;
	} else if (stream) {
		return;
	}
	call->deadline_ms = call->begun_ms + ms;
}

static enum rk_flow refuse_http(struct rk_call *call, int http, const char *text)
{
	call->http_status = http;
	rk_fail(&call->err, RK_UNKNOWN, "%s", text);
	return RK_FLOW_END;
}

static enum rk_flow route_get(struct rk_call *call)
{
	struct rk_slice path = rk_slice_of(call->path, strcspn(call->path, "?"));
	const struct rk_method *method = rk_method_find(
		call->env->methods, path, &call->method_index);

	if (!method || method->shape != RK_GET || call->env->guests)
		return refuse_http(call, 405, "only POST is answered");
	call->method = method;
	return RK_FLOW_NEXT;
}

static enum rk_flow refuse_method(struct rk_call *call)
{
	call->method_index = -1;
	rk_fail_reason(&call->err, RK_UNIMPLEMENTED, "METHOD_NOT_FOUND", "there is no such method");
	return RK_FLOW_END;
}

static enum rk_flow step_route(struct rk_call *call)
{
	const struct rk_method *method;

	if (strcmp(call->http_method, "GET") == 0) {
		if (route_get(call) == RK_FLOW_END)
			return RK_FLOW_END;
		call_set_deadline(call);
		return RK_FLOW_NEXT;
	}
	if (strcmp(call->http_method, "POST") != 0)
		return refuse_http(call, 405, "only POST is answered");
	if (!call->is_grpc)
		return refuse_http(call, 415, "the content-type is not application/grpc");
	method = rk_method_find(call->env->methods, rk_slice_str(call->path), &call->method_index);
	if (!method || method->shape == RK_GET || (call->env->guests && !method->guests))
		return refuse_method(call);
	call->method = method;
	if (method->max_message && method->max_message < call->reader.max)
		call->reader.max = method->max_message;
	if (call->header_err.status != RK_OK) {
		call->err = call->header_err;
		return RK_FLOW_END;
	}
	call_set_deadline(call);
	if (call->asked_timeout_us != 0)
		return RK_FLOW_NEXT;
	rk_fail_reason(&call->err, RK_DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
		"the call came with no time left");
	return RK_FLOW_END;
}

/* Who would be refused for want of room is refused before its request is read. */
static enum rk_status call_admit(struct rk_call *call)
{
	const struct rk_method *method = call->method;

	if (method->admit)
		return method->admit(call);
	if (!method->statement)
		return RK_OK;
	return rk_pool_admit(call->env->pool, method->cost, call->principal->uri,
		rk_call_left_ms(call), &call->err);
}

/* What the principal may do is asked in the call's own transaction, so that a right withdrawn holds at once. */
static enum rk_flow step_authorise(struct rk_call *call)
{
	bool guest = call->env->guests && call->method->guests;
	const char *uri = guest ? call->principal->address : call->principal->uri;

	if (!*uri) {
		rk_fail_reason(&call->err, RK_UNAUTHENTICATED, "IDENTITY_MISSING",
			"the certificate does not carry exactly one URI renkei://AUTHORITY/ROLE/ID");
		return RK_FLOW_END;
	}
	if (rk_quota_enter(call->env->quota, uri, &call->share, &call->err) != RK_OK)
		return RK_FLOW_END;
	return call_admit(call) == RK_OK ? RK_FLOW_NEXT : RK_FLOW_END;
}

enum rk_flow rk_call_malformed(struct rk_call *call, const char *text)
{
	rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE", "%s", text);
	return RK_FLOW_END;
}

static enum rk_flow step_decode(struct rk_call *call)
{
	const struct rk_method *method = call->method;

	if (!call->peer_ended || method->shape == RK_BIDI)
		return RK_FLOW_WAIT;
	if (method->shape == RK_GET)
		return RK_FLOW_NEXT;
	if (!rk_frame_at_boundary(&call->reader))
		return rk_call_malformed(call, "the request ends within a message");
	if (call->messages == 0)
		return rk_call_malformed(call, "the request has no message");
	if (method->decode)
		return method->decode(call) == RK_OK ? RK_FLOW_NEXT : RK_FLOW_END;
	if (rk_scan(method->input, call->request, NULL, NULL, NULL, &call->err) != RK_OK)
		return RK_FLOW_END;
	if (rk_unpack(&call->arena, method->input, call->request, &call->message, &call->err) !=
		RK_OK)
		return RK_FLOW_END;
	return RK_FLOW_NEXT;
}

/* The id of a write, so that a refusal can say what to send again. */
static void call_take_request_id(struct rk_call *call)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(
		call->message->descriptor, "request_id");
	const char *id;

	if (!field || field->type != PROTOBUF_C_TYPE_STRING)
		return;
	id = *(char *const *)(const void *)((const uint8_t *)call->message + field->offset);
	if (rk_text_is_uuid(rk_slice_str(id)))
		call->request_id = id;
}

static enum rk_flow step_validate(struct rk_call *call)
{
	if (call->message)
		call_take_request_id(call);
	if (call->message &&
		rk_arguments_check(&call->arena, call->message, &call->detail, &call->err) != RK_OK)
		return RK_FLOW_END;
	if (call->method->check && call->method->check(call) != RK_OK)
		return RK_FLOW_END;
	return RK_FLOW_NEXT;
}

static enum rk_flow step_ask(struct rk_call *call)
{
	if (call->method->ask)
		return call->method->ask(call);
	return call->method->statement ? rk_call_ask_json(call) : RK_FLOW_NEXT;
}

/* Behind the commit what is done is done, and the same request_id tells it; a read has to be asked again. */
static void answer_starved(struct rk_call *call)
{
	if (call->request_id)
		rk_fail_reason(&call->err, RK_UNAVAILABLE, "OUTCOME_UNKNOWN",
			"no memory for the answer; send again with the same request_id");
	else
		rk_fail_reason(&call->err, RK_RESOURCE_EXHAUSTED, "SERVER_BUSY",
			"no memory for the answer");
}

static enum rk_flow step_answer(struct rk_call *call)
{
	RK_AUTO(rk_buf_clear) struct rk_buf reply = {0};
	enum rk_status status;

	if (call->method->shape == RK_SERVER_STREAM)
		return RK_FLOW_END;
	status = call->method->answer ? call->method->answer(call, &reply)
				      : rk_call_answer_json(call, &reply);
	if (status == RK_OK && call->method->shape == RK_GET) {
		rk_reply_text(call, rk_buf_slice(&reply));
		return RK_FLOW_END;
	}
	if (status == RK_OK)
		status = rk_call_send_bytes(call, rk_buf_slice(&reply));
	if (status != RK_OK && call->err.status == RK_OK)
		rk_fail(&call->err, status, "the reply could not be made");
	if (status == RK_RESOURCE_EXHAUSTED)
		answer_starved(call);
	return RK_FLOW_END;
}

struct rk_query *rk_call_query(struct rk_call *call)
{
	struct rk_query_actor actor = {
		.uri = call->principal->uri,
		.spki_sha256 = call->principal->spki_sha256,
		.roles = call->method->roles,
		.timeout_ms = rk_call_left_ms(call),
	};

	assert(!call->finished && !call->query_out);
	/* A guest is nobody yet: what it brings is looked at by the method's own function. */
	call->query = rk_query_create(&call->arena, call->method->statement,
		call->method->guests ? NULL : &actor, actor.timeout_ms);
	if (call->query)
		rk_query_cost(call->query, call->method->cost);
	else
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
	return call->query;
}

/* The transaction is committed or lost: before this moment nothing was promised. */
static void call_on_settled(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;

	assert(call->query == query && call->query_out && !call->finished);
	call->query_out = false;
	if (rk_call_query_status(call) == RK_OK)
		rk_call_advance(call);
	else
		rk_call_fail(call);
}

enum rk_flow rk_call_ask(struct rk_call *call)
{
	assert(call->query && !call->query_out && !call->finished);
	if (rk_pool_submit(call->env->pool, call->query, call_on_settled, call, &call->err) !=
		RK_OK)
		return RK_FLOW_END;
	call->query_out = true;
	return RK_FLOW_WAIT;
}

enum rk_status rk_call_query_status(struct rk_call *call)
{
	enum rk_status status = rk_query_status(call->query, &call->detail, &call->err);

	/* Of a read there is nothing to know but that it has to be asked again. */
	if (!call->request_id && strcmp(call->err.reason, "OUTCOME_UNKNOWN") == 0)
		return rk_fail_reason(&call->err, status, "STORE_UNAVAILABLE",
			"the connection to the database was lost before the answer");
	return status;
}

int64_t rk_call_left_ms(const struct rk_call *call)
{
	int64_t left = call->env->max_timeout_ms;

	/* A stream may be given weeks; what it asks at once may not. */
	if (call->deadline_ms && call->deadline_ms - rk_clock_ms() < left)
		left = call->deadline_ms - rk_clock_ms();
	return left < 1 ? 1 : left;
}
