/* method.h - what a method is: a constant and at most a few short functions, in the order of the walk. */
#pragma once
#include "db/query.h"

#include <protobuf-c/protobuf-c.h>

#include <stdbool.h>

struct rk_call;

/* What a step of the walk says. */
enum rk_flow {
	RK_FLOW_NEXT, /* on to the next step */
	RK_FLOW_WAIT, /* somebody will call rk_call_advance or rk_call_fail from the loop */
	RK_FLOW_END,  /* call->err is set: answer with it */
};

enum rk_shape {
	RK_UNARY,         /* one message in, one out */
	RK_SERVER_STREAM, /* one in, many out: the ask step sends them and ends the call */
	RK_BIDI,          /* many in, any number out, one at the end among them: message, ended */
	RK_GET,           /* no gRPC: an HTTP GET whose reply is text */
};

struct rk_method {
	const char *path; /* "/renkei.v1.ReportService/GetReport" */
	const ProtobufCMessageDescriptor *input, *output;
	const struct rk_statement *statement; /* prepared on every connection; NULL: none */
	const char *
		roles; /* "{municipality,approver,secretariat}"; NULL: anybody with an identity, the database is not asked */
	enum rk_shape shape;
	enum rk_cost cost;  /* of its statement */
	size_t max_message; /* largest message of a request; 0: that of all methods */
	bool guests;        /* answered where nobody shows a certificate, and nowhere else */
	/* Step authorise: is there room for one more?  NULL: asks the pool, if there is a statement. */
	enum rk_status (*admit)(struct rk_call *call);
	/* Step decode; NULL: scan and unpack as input into call->message. */
	enum rk_status (*decode)(struct rk_call *call);
	/* Step validate; NULL: nothing to say. */
	enum rk_status (*check)(struct rk_call *call);
	/* Step ask; NULL: the request as JSON is the statement's one parameter. */
	enum rk_flow (*ask)(struct rk_call *call);
	/* Step answer: appends the reply's wire form (RK_GET: the text).  NULL: column "reply" is JSON of output. */
	enum rk_status (*answer)(struct rk_call *call, struct rk_buf *reply);
	/* RK_BIDI: one message; bytes are borrowed for the call of this function, and as long as busy says so from within it on. */
	enum rk_flow (*message)(struct rk_call *call, struct rk_slice bytes);
	/* RK_BIDI: one message was over the limit, call->err says so; its bytes are passed over.  RK_FLOW_WAIT: the method has
	 * answered it, and the stream goes on.  NULL: such a message ends the call. */
	enum rk_flow (*oversize)(struct rk_call *call, size_t size);
	/* RK_BIDI: the peer sends no more. RK_FLOW_NEXT ends the call with OK. */
	enum rk_flow (*ended)(struct rk_call *call);
	/* RK_BIDI: no more messages now, please; rk_call_resume lets them flow again.  NULL: never. */
	bool (*busy)(struct rk_call *call);
	/* RK_SERVER_STREAM, RK_BIDI: of what was sent enough has left (rk_h2_is_full) to send on.  NULL: nothing waits for it. */
	void (*drained)(struct rk_call *call);
	/* The call is over, for whatever reason: let go of call->state.  NULL: nothing to let go of. */
	void (*closed)(struct rk_call *call);
};

/* The method of a path in a list ended by NULL, or NULL; *index is its place. */
const struct rk_method *rk_method_find(
	const struct rk_method *const *methods, struct rk_slice path, int *index);

/* rk_methods_check compares the list with the services both ways: every method of a service is in the list with its input
 * and output, and every "/package.Service/Method" of the list is in a service.
 * Errors: RK_INTERNAL naming the first path that differs. */
RK_MUST_USE enum rk_status rk_methods_check(const struct rk_method *const *methods,
	const ProtobufCServiceDescriptor *const *services, struct rk_err *err);

/* The statements of a list, each once, ended by NULL; extra ones first (may be NULL).  On the heap, for the life of the
 * process; NULL without memory. */
const struct rk_statement *const *rk_methods_statements(
	const struct rk_method *const *methods, const struct rk_statement *const *extra);
