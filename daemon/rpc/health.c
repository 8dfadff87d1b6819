#include "grpc/health/v1/health.pb-c.h"
#include "rpc/rpc.h"
#include "wire/pack.h"

#include <stdlib.h>
#include <string.h>

typedef Grpc__Health__V1__HealthCheckResponse__ServingStatus serving_status;

/* A call of Watch, in the list of watchers. */
struct watch {
	struct rk_list node;
	struct rk_call *call;
	bool known;
};

static bool service_known(const char *name)
{
	if (!*name)
		return true;
	for (int i = 0; rk_services[i]; i++) {
		if (strcmp(rk_services[i]->name, name) == 0)
			return true;
	}
	return false;
}

static serving_status status_of(const struct rk_rpc *rpc)
{
	return rpc->serving ? GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING
			    : GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING;
}

static const char *service_asked(const struct rk_call *call)
{
	return ((const Grpc__Health__V1__HealthCheckRequest *)(const void *)call->message)->service;
}

static enum rk_status check_answer(struct rk_call *call, struct rk_buf *reply)
{
	Grpc__Health__V1__HealthCheckResponse response =
		GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

	if (!service_known(service_asked(call)))
		return rk_fail_reason(
			&call->err, RK_NOT_FOUND, "SERVICE_NOT_FOUND", "there is no such service");
	response.status = status_of(rk_rpc_of(call));
	return rk_pack(&response.base, reply);
}

static enum rk_status list_answer(struct rk_call *call, struct rk_buf *reply)
{
	Grpc__Health__V1__HealthListResponse response =
		GRPC__HEALTH__V1__HEALTH_LIST_RESPONSE__INIT;
	Grpc__Health__V1__HealthCheckResponse status =
		GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
	Grpc__Health__V1__HealthListResponse__StatusesEntry entries[16], *list[16];

	status.status = status_of(rk_rpc_of(call));
	for (int i = 0; i < 15 && (i == 0 || rk_services[i - 1]); i++) {
		grpc__health__v1__health_list_response__statuses_entry__init(&entries[i]);
		entries[i].key = rk_arena_str(&call->arena, i ? rk_services[i - 1]->name : "");
		if (!entries[i].key)
			return RK_RESOURCE_EXHAUSTED;
		entries[i].value = &status;
		list[i] = &entries[i];
		response.n_statuses++;
	}
	response.statuses = list;
	return rk_pack(&response.base, reply);
}

static enum rk_status watch_tell(struct watch *watch)
{
	Grpc__Health__V1__HealthCheckResponse response =
		GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

	response.status = watch->known
		? status_of(rk_rpc_of(watch->call))
		: GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN;
	return rk_call_send(watch->call, &response.base);
}

static enum rk_flow watch_ask(struct rk_call *call)
{
	struct watch *watch = calloc(1, sizeof *watch);
	enum rk_status status;

	if (!watch) {
		rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory to watch");
		return RK_FLOW_END;
	}
	watch->call = call;
	watch->known = service_known(service_asked(call));
	call->state = watch;
	rk_list_append(&rk_rpc_of(call)->watchers, &watch->node);
	status = watch_tell(watch);
	if (status == RK_OK)
		return RK_FLOW_WAIT;
	rk_fail(&call->err, status, "no memory for an answer");
	return RK_FLOW_END;
}

static void watch_closed(struct rk_call *call)
{
	struct watch *watch = call->state;

	if (!watch)
		return;
	rk_list_remove(&watch->node);
	free(watch);
	call->state = NULL;
}

void rk_health_tell(struct rk_rpc *rpc)
{
	rk_list_each(node, &rpc->watchers) {
		struct watch *watch = rk_list_item(node, struct watch, node);
		struct rk_call *call = watch->call;

		if (watch->known && watch_tell(watch) != RK_OK) {
			rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "no memory for an answer");
			rk_call_fail(call);
		}
	}
}

void rk_health_end_watches(struct rk_rpc *rpc)
{
	rk_list_each(node, &rpc->watchers) {
		struct rk_call *call = rk_list_item(node, struct watch, node)->call;

		rk_fail_reason(
			&call->err, RK_UNAVAILABLE, "SERVER_STOPPING", "the server is stopping");
		rk_call_fail(call);
	}
}

const struct rk_method rk_method_health_check = {
	.path = "/grpc.health.v1.Health/Check",
	.input = &grpc__health__v1__health_check_request__descriptor,
	.output = &grpc__health__v1__health_check_response__descriptor,
	.answer = check_answer,
};

const struct rk_method rk_method_health_watch = {
	.path = "/grpc.health.v1.Health/Watch",
	.input = &grpc__health__v1__health_check_request__descriptor,
	.output = &grpc__health__v1__health_check_response__descriptor,
	.shape = RK_SERVER_STREAM,
	.ask = watch_ask,
	.closed = watch_closed,
};

const struct rk_method rk_method_health_list = {
	.path = "/grpc.health.v1.Health/List",
	.input = &grpc__health__v1__health_list_request__descriptor,
	.output = &grpc__health__v1__health_list_response__descriptor,
	.answer = list_answer,
};
