#include "service.h"

#include "messages.pb-c.h"
#include "test.pb-c.h"
#include "wire/pack.h"

#include <string.h>

#define MAX_SIZE    (1 << 20) /* of one answer */
#define MAX_ANSWERS 256       /* asked for and not sent yet, of one stream */

static const char echo_initial[] = "x-grpc-test-echo-initial";
static const char echo_trailing[] = "x-grpc-test-echo-trailing-bin";

/* A call's own, in its arena. */
struct visit {
	struct rk_slice initial, trailing; /* to be echoed; at NULL: not sent */
	struct rk_call *call;
	struct event *timer;
	int sizes[MAX_ANSWERS], intervals_us[MAX_ANSWERS];
	int asked, sent;
	int64_t received; /* bytes of payload */
	bool waited;      /* the interval before the next answer is over */
	bool held;        /* answers wait for the end of the requests */
	bool ended;
};

static struct visit *visit_of(struct rk_call *call)
{
	if (!call->state)
		call->state = rk_arena_alloc(&call->arena, sizeof(struct visit));
	if (!call->state)
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for a call");
	return call->state;
}

void interop_on_header(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	bool initial = rk_slice_equal_str(name, echo_initial);
	struct visit *visit;
	const char *kept;

	if (!initial && !rk_slice_equal_str(name, echo_trailing))
		return;
	visit = visit_of(call);
	kept = visit ? rk_arena_slice(&call->arena, value) : NULL;
	if (kept && initial)
		visit->initial = rk_slice_of(kept, value.len);
	else if (kept)
		visit->trailing = rk_slice_of(kept, value.len);
}

size_t interop_on_answer(struct rk_call *call, bool trailers, struct rk_h2_header *list)
{
	const struct visit *visit = call->state;
	struct rk_slice echo = {0};

	if (visit)
		echo = trailers ? visit->trailing : visit->initial;
	if (!echo.at)
		return 0;
	*list = (struct rk_h2_header){trailers ? echo_trailing : echo_initial, echo};
	return 1;
}

static enum rk_status refuse(struct rk_call *call, const Grpc__Testing__EchoStatus *asked)
{
	if (!asked || asked->code == 0)
		return RK_OK;
	if (asked->code < 0 || asked->code > RK_UNAUTHENTICATED)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID",
			"there is no status %d", asked->code);
	return rk_fail_reason(
		&call->err, (enum rk_status)asked->code, "STATUS_AS_ASKED", "%s", asked->message);
}

/* The descriptions let a client ask for compressed answers, and promise that its own message is compressed. */
static enum rk_status no_compression(struct rk_call *call, const Grpc__Testing__BoolValue *answer,
	const Grpc__Testing__BoolValue *request)
{
	if (request && request->value)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID",
			"the message is not compressed");
	if (answer && answer->value)
		return rk_fail_reason(&call->err, RK_UNIMPLEMENTED, "COMPRESSION_UNSUPPORTED",
			"answers are not compressed");
	return RK_OK;
}

static enum rk_status check_size(struct rk_call *call, int size)
{
	if (size >= 0 && size <= MAX_SIZE)
		return RK_OK;
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID",
		"an answer of %d bytes; from 0 to %d", size, MAX_SIZE);
}

static const uint8_t *zeros(void)
{
	static const uint8_t bytes[MAX_SIZE];

	return bytes;
}

/* protobuf-c has no const; packing only reads. */
static void fill(Grpc__Testing__Payload *payload, int size)
{
	const uint8_t *bytes = zeros();

	payload->body.len = (size_t)size;
	memcpy(&payload->body.data, &bytes, sizeof bytes);
}

static enum rk_status empty_answer(struct rk_call *call, struct rk_buf *reply)
{
	(void)call;
	(void)reply;
	return RK_OK;
}

static enum rk_status unary_answer(struct rk_call *call, struct rk_buf *reply)
{
	const Grpc__Testing__SimpleRequest *request = (const void *)call->message;
	Grpc__Testing__SimpleResponse response = GRPC__TESTING__SIMPLE_RESPONSE__INIT;
	Grpc__Testing__Payload payload = GRPC__TESTING__PAYLOAD__INIT;

	RK_TRY(refuse(call, request->response_status));
	RK_TRY(no_compression(call, request->response_compressed, request->expect_compressed));
	RK_TRY(check_size(call, request->response_size));
	fill(&payload, request->response_size);
	response.payload = &payload;
	return rk_pack(&response.base, reply);
}

static enum rk_status send_next(struct visit *visit)
{
	Grpc__Testing__StreamingOutputCallResponse response =
		GRPC__TESTING__STREAMING_OUTPUT_CALL_RESPONSE__INIT;
	Grpc__Testing__Payload payload = GRPC__TESTING__PAYLOAD__INIT;

	fill(&payload, visit->sizes[visit->sent++]);
	response.payload = &payload;
	visit->waited = false;
	if (visit->sent == visit->asked)
		visit->sent = visit->asked = 0;
	return rk_call_send(visit->call, &response.base);
}

static void on_timer(evutil_socket_t fd, short what, void *arg);

static enum rk_status wait(struct visit *visit, int us)
{
	struct timeval interval = {us / 1000000, us % 1000000};

	if (!visit->timer)
		visit->timer = evtimer_new(visit->call->env->base, on_timer, visit);
	if (visit->timer && evtimer_add(visit->timer, &interval) == 0)
		return RK_OK;
	return RK_RESOURCE_EXHAUSTED;
}

/* Sends what may leave now: up to the next interval, or until the stream is full. */
static enum rk_status pump(struct visit *visit)
{
	while (visit->sent < visit->asked && !rk_h2_is_full(visit->call->stream)) {
		int us = visit->intervals_us[visit->sent];

		if (visit->held && !visit->ended)
			return RK_OK;
		if (us > 0 && !visit->waited)
			return wait(visit, us);
		RK_TRY(send_next(visit));
	}
	return RK_OK;
}

/* From the loop: goes on, and ends the call when all is said. */
static void go_on(struct visit *visit)
{
	struct rk_call *call = visit->call;

	if (pump(visit) != RK_OK) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an answer");
		rk_call_fail(call);
	} else if (visit->asked) {
		return;
	} else if (visit->ended) {
		rk_call_end(call);
	} else {
		rk_call_resume(call);
	}
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct visit *visit = arg;

	(void)fd;
	(void)what;
	visit->waited = true;
	go_on(visit);
}

static void drained(struct rk_call *call)
{
	struct visit *visit = call->state;

	if (visit && visit->call && visit->asked)
		go_on(visit);
}

static void closed(struct rk_call *call)
{
	struct visit *visit = call->state;

	if (visit && visit->timer)
		event_free(visit->timer);
	call->state = NULL;
}

/* Puts down what a request asks for. */
static enum rk_status put_down(
	struct visit *visit, const Grpc__Testing__StreamingOutputCallRequest *request)
{
	for (size_t i = 0; i < request->n_response_parameters; i++) {
		const Grpc__Testing__ResponseParameters *one = request->response_parameters[i];

		RK_TRY(no_compression(visit->call, one->compressed, NULL));
		RK_TRY(check_size(visit->call, one->size));
		if (visit->asked == MAX_ANSWERS)
			return rk_fail_reason(&visit->call->err, RK_RESOURCE_EXHAUSTED,
				"ANSWERS_TOO_LARGE", "more than %d answers", MAX_ANSWERS);
		visit->sizes[visit->asked] = one->size;
		visit->intervals_us[visit->asked++] = one->interval_us;
	}
	return RK_OK;
}

static enum rk_flow output_ask(struct rk_call *call)
{
	const Grpc__Testing__StreamingOutputCallRequest *request = (const void *)call->message;
	struct visit *visit = visit_of(call);

	if (!visit || refuse(call, request->response_status) != RK_OK)
		return RK_FLOW_END;
	visit->call = call;
	visit->ended = true;
	if (put_down(visit, request) != RK_OK || pump(visit) != RK_OK)
		return RK_FLOW_END;
	return visit->asked ? RK_FLOW_WAIT : RK_FLOW_END;
}

/* One message of a stream, unpacked into memory that goes with it. */
static enum rk_status unpack(
	struct rk_call *call, struct rk_arena *arena, struct rk_slice bytes, ProtobufCMessage **out)
{
	RK_TRY(rk_scan(call->method->input, bytes, NULL, NULL, NULL, &call->err));
	return rk_unpack(arena, call->method->input, bytes, out, &call->err);
}

static enum rk_flow input_message(struct rk_call *call, struct rk_slice bytes)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct visit *visit = visit_of(call);
	ProtobufCMessage *message;
	const Grpc__Testing__StreamingInputCallRequest *request;

	if (!visit || unpack(call, &arena, bytes, &message) != RK_OK)
		return RK_FLOW_END;
	request = (const void *)message;
	if (no_compression(call, NULL, request->expect_compressed) != RK_OK)
		return RK_FLOW_END;
	visit->received += request->payload ? (int64_t)request->payload->body.len : 0;
	return RK_FLOW_WAIT;
}

static enum rk_flow input_ended(struct rk_call *call)
{
	Grpc__Testing__StreamingInputCallResponse response =
		GRPC__TESTING__STREAMING_INPUT_CALL_RESPONSE__INIT;
	const struct visit *visit = call->state;

	response.aggregated_payload_size = visit ? (int32_t)visit->received : 0;
	if (rk_call_send(call, &response.base) != RK_OK)
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an answer");
	return RK_FLOW_END;
}

static enum rk_flow duplex_message(struct rk_call *call, struct rk_slice bytes)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct visit *visit = visit_of(call);
	ProtobufCMessage *message;
	const Grpc__Testing__StreamingOutputCallRequest *request;

	if (!visit || unpack(call, &arena, bytes, &message) != RK_OK)
		return RK_FLOW_END;
	request = (const void *)message;
	visit->call = call;
	visit->held = strstr(call->method->path, "/HalfDuplexCall") != NULL;
	if (refuse(call, request->response_status) != RK_OK || put_down(visit, request) != RK_OK)
		return RK_FLOW_END;
	if (pump(visit) == RK_OK)
		return RK_FLOW_WAIT;
	rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an answer");
	return RK_FLOW_END;
}

static enum rk_flow duplex_ended(struct rk_call *call)
{
	struct visit *visit = call->state;

	if (!visit || !visit->asked)
		return RK_FLOW_END;
	visit->ended = true;
	if (pump(visit) != RK_OK)
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an answer");
	return call->err.status == RK_OK && visit->asked ? RK_FLOW_WAIT : RK_FLOW_END;
}

/* The next request waits until all is sent that the last one asked for; one that is answered at the end waits for nothing. */
static bool duplex_busy(struct rk_call *call)
{
	const struct visit *visit = call->state;

	return visit && visit->asked && !visit->held;
}

#define METHOD(name, in, out)                                                                   \
	.path = "/grpc.testing.TestService/" name, .input = &grpc__testing__##in##__descriptor, \
	.output = &grpc__testing__##out##__descriptor, .closed = closed

static const struct rk_method empty_call = {
	METHOD("EmptyCall", empty, empty),
	.answer = empty_answer,
};
static const struct rk_method unary_call = {
	METHOD("UnaryCall", simple_request, simple_response),
	.answer = unary_answer,
};
static const struct rk_method streaming_output_call = {
	METHOD("StreamingOutputCall", streaming_output_call_request,
		streaming_output_call_response),
	.shape = RK_SERVER_STREAM,
	.ask = output_ask,
	.drained = drained,
};
static const struct rk_method streaming_input_call = {
	METHOD("StreamingInputCall", streaming_input_call_request, streaming_input_call_response),
	.shape = RK_BIDI,
	.message = input_message,
	.ended = input_ended,
};
static const struct rk_method full_duplex_call = {
	METHOD("FullDuplexCall", streaming_output_call_request, streaming_output_call_response),
	.shape = RK_BIDI,
	.message = duplex_message,
	.ended = duplex_ended,
	.busy = duplex_busy,
	.drained = drained,
};
static const struct rk_method half_duplex_call = {
	METHOD("HalfDuplexCall", streaming_output_call_request, streaming_output_call_response),
	.shape = RK_BIDI,
	.message = duplex_message,
	.ended = duplex_ended,
	.busy = duplex_busy,
	.drained = drained,
};

const struct rk_method *const interop_methods[] = {
	&empty_call,
	&unary_call,
	&streaming_output_call,
	&streaming_input_call,
	&full_duplex_call,
	&half_duplex_call,
	NULL,
};
