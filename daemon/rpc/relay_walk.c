/* Two questions after each other: may this caller relay, then what is sealed, as its sender's. */
#include "rpc/relay.h"
#include "wire/json.h"
#include "wire/pack.h"

static enum rk_status starved(struct rk_call *call)
{
	return rk_fail(&call->err, RK_RESOURCE_EXHAUSTED, "the call's memory is used up");
}

enum rk_status rk_relay_walk_begin(struct rk_call *call, const char *request_id,
	enum rk_status (*make)(struct rk_call *call, struct rk_relay_walk *walk))
{
	struct rk_relay_walk *walk = rk_arena_alloc(&call->arena, sizeof *walk);

	call->request_id = request_id;
	if (!walk)
		return starved(call);
	*walk = (struct rk_relay_walk){.make = make};
	call->state = walk;
	return rk_relay_check_id(call, request_id);
}

struct rk_query *rk_relay_query(struct rk_call *call, struct rk_relay_walk *walk,
	const struct rk_asker *sender, const struct rk_statement *statement)
{
	const struct rk_query_actor actor = {
		.uri = sender->principal->uri,
		.spki_sha256 = sender->principal->spki_sha256,
		.roles = sender->roles,
		.timeout_ms = rk_call_left_ms(call),
	};

	walk->query = rk_query_create(&call->arena, statement, &actor, actor.timeout_ms);
	if (!walk->query)
		(void)starved(call);
	return walk->query;
}

enum rk_status rk_relay_json(struct rk_call *call, const ProtobufCMessage *message,
	const char *what, struct rk_slice *json)
{
	RK_AUTO(rk_buf_clear) struct rk_buf text = {0};
	enum rk_status status = rk_json_from_message(message, RK_JSON_COMPACT, &text);
	const char *kept;

	if (status != RK_OK && status != RK_RESOURCE_EXHAUSTED)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
			"%s that is sealed is no valid text", what);
	kept = status == RK_OK ? rk_arena_slice(&call->arena, rk_buf_slice(&text)) : NULL;
	if (!kept)
		return starved(call);
	*json = rk_slice_of(kept, text.len);
	return RK_OK;
}

enum rk_status rk_relay_unpack(struct rk_call *call, const ProtobufCMessageDescriptor *type,
	const struct rk_seal *seal, const char *what, ProtobufCMessage **message)
{
	static const struct rk_scan_limits limits = {.max_fields = 64, .max_depth = 4};
	enum rk_status status = rk_scan(type, seal->body, &limits, NULL, NULL, &call->err) == RK_OK
		? rk_unpack(&call->arena, type, seal->body, message, &call->err)
		: RK_INVALID_ARGUMENT;

	if (status == RK_OK || status == RK_RESOURCE_EXHAUSTED)
		return status;
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED",
		"%s that is sealed cannot be read", what);
}

static enum rk_status out(
	struct rk_call *call, struct rk_relay_walk *walk, void (*told)(struct rk_query *, void *))
{
	if (rk_pool_submit(call->env->pool, walk->query, told, call, &call->err) == RK_OK)
		return RK_OK;
	walk->query = NULL;
	return call->err.status;
}

/* The transaction is committed or lost: before this moment nothing was promised. */
static void on_told(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct rk_relay_walk *walk = call->state;

	walk->query = NULL;
	if (rk_query_status(query, &call->detail, &call->err) == RK_OK) {
		call->query = query;
		rk_call_advance(call);
		return;
	}
	if (rk_relay_say_whose(&call->err))
		call->detail = (struct rk_slice){0};
	rk_call_fail(call);
}

static void on_permitted(struct rk_query *query, void *arg)
{
	struct rk_call *call = arg;
	struct rk_relay_walk *walk = call->state;
	enum rk_status status = rk_query_status(query, &call->detail, &call->err);

	walk->query = NULL;
	if (status == RK_OK)
		status = walk->make(call, walk);
	if (status != RK_OK)
		walk->query = NULL;
	else
		status = out(call, walk, on_told);
	if (status != RK_OK)
		rk_call_fail(call);
}

enum rk_flow rk_relay_walk_ask(struct rk_call *call)
{
	struct rk_relay_walk *walk = call->state;

	walk->query = rk_call_query(call);
	call->query = NULL;
	if (!walk->query)
		return RK_FLOW_END;
	return out(call, walk, on_permitted) == RK_OK ? RK_FLOW_WAIT : RK_FLOW_END;
}

void rk_relay_walk_closed(struct rk_call *call)
{
	struct rk_relay_walk *walk = call->state;

	if (walk && walk->query)
		rk_query_abandon(call->env->pool, walk->query);
}
