#include "base/clock.h"
#include "db/migrate.h"
#include "renkei/v1/server_service.pb-c.h"
#include "rpc/rpc.h"
#include "wire/pack.h"
#include "words/rules.h"

static enum rk_flow ask(struct rk_call *call)
{
	return rk_call_query(call) ? rk_call_ask(call) : RK_FLOW_END;
}

static char *column(struct rk_call *call, const char *name)
{
	struct rk_slice value;

	if (rk_query_rows(call->query) != 1 || !rk_query_value(call->query, 0, name, &value))
		value = rk_slice_str("");
	return rk_arena_slice(&call->arena, value);
}

static enum rk_status add_keys(
	struct rk_call *call, const struct rk_keyring *keys, Renkei__V1__GetServerInfoResponse *response)
{
	size_t count = rk_keyring_count(keys);

	response->receipt_keys = rk_arena_alloc(&call->arena, (count + 1) * sizeof(void *));
	if (!response->receipt_keys)
		return RK_RESOURCE_EXHAUSTED;
	for (size_t i = 0; i < count; i++) {
		const struct rk_key_info *info = rk_keyring_info(keys, i);
		Renkei__V1__ReceiptKey *key = rk_arena_alloc(&call->arena, sizeof *key);

		if (!key)
			return RK_RESOURCE_EXHAUSTED;
		renkei__v1__receipt_key__init(key);
		key->key_id = rk_arena_str(&call->arena, info->id);
		key->public_key_pem = rk_arena_str(&call->arena, info->public_pem);
		if (!key->key_id || !key->public_key_pem)
			return RK_RESOURCE_EXHAUSTED;
		response->receipt_keys[response->n_receipt_keys++] = key;
	}
	return RK_OK;
}

static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	Renkei__V1__GetServerInfoResponse response = RENKEI__V1__GET_SERVER_INFO_RESPONSE__INIT;
	Renkei__V1__CallerInfo caller = RENKEI__V1__CALLER_INFO__INIT;
	Google__Protobuf__Timestamp now = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Google__Protobuf__Timestamp expires = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	int64_t now_us = rk_clock_now_us();
	const struct rk_rpc *rpc = rk_rpc_of(call);

	response.version = rk_arena_str(&call->arena, RENKEI_VERSION);
	response.rule_set_hash = rk_arena_str(&call->arena, rk_rules_hash());
	caller.principal = rk_arena_str(&call->arena, call->principal->uri);
	caller.role = column(call, "role");
	caller.municipality_code = column(call, "municipality_code");
	if (!response.version || !response.rule_set_hash || !caller.principal || !caller.role ||
		!caller.municipality_code)
		return RK_RESOURCE_EXHAUSTED;
	now.seconds = now_us / 1000000;
	now.nanos = (int32_t)(now_us % 1000000) * 1000;
	expires.seconds = call->principal->expires;
	response.schema_version = rk_migrate_newest();
	response.now = &now;
	response.max_message_bytes = (int64_t)call->env->max_message;
	response.max_concurrent_streams = (int32_t)rpc->max_streams;
	response.caller = &caller;
	caller.certificate_expires_at = &expires;
	RK_TRY(add_keys(call, rpc->keys, &response));
	return rk_pack(&response.base, reply);
}

/* begin_call has said who asks; '*' stands for those who see all. */
static const struct rk_statement statement = {"get_server_info",
	"select pg_catalog.current_setting('renkei.role', true) as role, "
	"nullif(pg_catalog.current_setting('renkei.tenant', true), '*') as municipality_code",
	0};

const struct rk_method rk_method_get_server_info = {
	.path = "/renkei.v1.ServerService/GetServerInfo",
	.input = &renkei__v1__get_server_info_request__descriptor,
	.output = &renkei__v1__get_server_info_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,secretariat,ministry,analyst,operator}",
	.ask = ask,
	.answer = answer,
};
