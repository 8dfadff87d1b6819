#include "rpc/rpc.h"
#include "wire/pack.h"
#include "words/rules.h"

#include "renkei/v1/server_service.pb-c.h"

static enum rk_status add_keys(struct rk_call *call, const struct rk_keyring *keys,
	Renkei__V1__GetServerInfoResponse *response)
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

/* The database knows its schema, its clock and the caller; the rest is the program's. */
static enum rk_status answer(struct rk_call *call, struct rk_buf *reply)
{
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	Google__Protobuf__Timestamp expires = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Renkei__V1__GetServerInfoResponse *response;
	const struct rk_rpc *rpc = rk_rpc_of(call);
	ProtobufCMessage *message;

	RK_TRY(rk_call_answer_json(call, &wire));
	RK_TRY(rk_unpack(
		&call->arena, call->method->output, rk_buf_slice(&wire), &message, &call->err));
	response = (Renkei__V1__GetServerInfoResponse *)(void *)message;
	response->version = rk_arena_str(&call->arena, RENKEI_VERSION);
	response->rule_set_hash = rk_arena_str(&call->arena, rk_rules_hash());
	if (!response->version || !response->rule_set_hash || !*response->rule_set_hash)
		return RK_RESOURCE_EXHAUSTED;
	response->max_message_bytes = (int64_t)call->env->max_message;
	response->max_concurrent_streams = (int32_t)rpc->max_streams;
	response->letters_wait = rpc->letters_wait;
	expires.seconds = call->principal->expires;
	if (response->caller) {
		response->caller->certificate_expires_at = &expires;
		response->caller->certificate_serial = rk_arena_str(
			&call->arena, call->principal->serial);
		if (!response->caller->certificate_serial)
			return RK_RESOURCE_EXHAUSTED;
	}
	RK_TRY(add_keys(call, rpc->keys, response));
	return rk_pack(message, reply);
}

static const struct rk_statement statement = {
	"get_server_info", "select renkei_api.get_server_info($1::jsonb) as reply", 1};

const struct rk_method rk_method_get_server_info = {
	.path = "/renkei.v1.ServerService/GetServerInfo",
	.input = &renkei__v1__get_server_info_request__descriptor,
	.output = &renkei__v1__get_server_info_response__descriptor,
	.statement = &statement,
	.roles = "{municipality,approver,secretariat,ministry,analyst,operator}",
	.answer = answer,
};
