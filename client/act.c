#include "act.h"

#include "base/text.h"
#include "days.h"
#include "form/file.h"
#include "periods.h"
#include "remote_again.h"
#include "wire/pack.h"

#include <string.h>

static const struct rk_act *const acts[] = {&rk_act_withdraw, &rk_act_release, &rk_act_send_back,
	&rk_act_confirm, &rk_act_remove, &rk_act_extension, &rk_act_attach};

const struct rk_act *rk_act_named(const char *word)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (strcmp(acts[i]->word, word) == 0)
			return acts[i];
	return NULL;
}

ProtobufCMessage *rk_act_request(struct rk_run *run, const struct rk_act *act)
{
	ProtobufCMessage *request = rk_run_alloc(run, act->request->sizeof_message);

	act->request->message_init(request);
	return request;
}

void rk_act_set(ProtobufCMessage *message, const char *field, const void *value, size_t size)
{
	const ProtobufCFieldDescriptor *at = protobuf_c_message_descriptor_get_field_by_name(
		message->descriptor, field);

	if (at)
		memcpy((uint8_t *)(void *)message + at->offset, value, size);
}

const void *rk_act_get(const ProtobufCMessage *message, const char *field)
{
	const ProtobufCFieldDescriptor *at = protobuf_c_message_descriptor_get_field_by_name(
		message->descriptor, field);
	const void *value = NULL;

	if (at)
		memcpy(&value, (const uint8_t *)(const void *)message + at->offset, sizeof value);
	return value;
}

static void set_id(ProtobufCMessage *request, char *id)
{
	rk_act_set(request, "request_id", &id, sizeof id);
}

enum rk_status rk_act_open(struct rk_run *run, const struct rk_act *act, const char *name,
	const ProtobufCMessage *request, struct rk_outbox_item *box, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};

	if (rk_pack(request, &bytes) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "out of memory");
	return rk_outbox_open(run,
		&(const struct rk_outbox_wish){act->word, name, "", rk_buf_slice(&bytes)}, box,
		err);
}

static int not_done(
	struct rk_run *run, const struct rk_outbox_item *box, const struct rk_failure *failure)
{
	int status = rk_trouble_at(run, failure);

	if (rk_run_flag(run, "dry-run"))
		return status;
	if (rk_again_is_refusal(failure))
		rk_outbox_settle(run, box, status != EX_DATAERR);
	else
		rk_talk(run, "act.kept", "request", box->request_id);
	return status;
}

static int send(struct rk_run *run, const struct rk_act *act, const struct rk_outbox_item *box,
	const ProtobufCMessage *request, struct rk_failure *failure)
{
	bool dry = rk_run_flag(run, "dry-run");
	ProtobufCMessage *response = NULL;

	if (!dry)
		rk_file_say_on_signal(rk_tell(run, "act.interrupted"));
	enum rk_status answered = rk_remote_call(
		run, act->path, request, act->response, &response, failure);

	rk_file_say_on_signal(NULL);
	if (answered != RK_OK)
		return not_done(run, box, failure);
	int status = act->tell(run, request, response);

	if (status == EX_OK && !dry)
		rk_outbox_settle(run, box, !act->anew);
	return status;
}

int rk_act_do(struct rk_run *run, const struct rk_act *act, const char *name,
	ProtobufCMessage *request, struct rk_failure *failure)
{
	struct rk_outbox_item box = {.kind = act->word};

	*failure = (struct rk_failure){.retry_ms = -1};
	if (rk_run_flag(run, "dry-run")) {
		protobuf_c_boolean yes = 1;

		rk_act_set(request, "validate_only", &yes, sizeof yes);
		if (!rk_text_uuid(box.request_id))
			return EX_OSERR;
	} else if (rk_act_open(run, act, name, request, &box, &failure->err) != RK_OK) {
		return rk_outbox_not_opened(run, &failure->err);
	}
	if (box.known)
		rk_talk(run, "act.known", "kind",
			rk_tell(run, rk_run_printf(run, "act.%s", act->word)), "number", name,
			"request", box.request_id);
	set_id(request, box.request_id);
	int status = send(run, act, &box, request, failure);

	set_id(request, rk_run_str(run, ""));
	return status;
}

ProtobufCMessage *rk_act_waiting(struct rk_run *run, const struct rk_outbox_pending *item)
{
	ProtobufCMessage *request = NULL;
	struct rk_err err;

	if (!item->act || !item->bytes.at ||
		rk_unpack(&run->arena, item->act->request, item->bytes, &request, &err) != RK_OK)
		return NULL;
	return request;
}

int rk_act_again(struct rk_run *run, const struct rk_outbox_pending *item)
{
	ProtobufCMessage *request = rk_act_waiting(run, item);
	struct rk_failure failure;

	if (!request) {
		rk_talk(run, "outbox.unreadable", "file", item->path);
		run->failed = true;
		return EX_DATAERR;
	}
	if (item->act->again)
		return item->act->again(run, item);
	return rk_act_do(run, item->act, item->name[0] ? item->name : item->key, request, &failure);
}

bool rk_act_same_period(const Renkei__V1__Period *a, const Renkei__V1__Period *b)
{
	return a && b && a->fiscal_year == b->fiscal_year && a->quarter == b->quarter &&
		(a->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST) ==
		(b->variant == RENKEI__V1__VARIANT__VARIANT_FORECAST);
}

static int32_t version_of(const ProtobufCMessage *request)
{
	const ProtobufCFieldDescriptor *at = protobuf_c_message_descriptor_get_field_by_name(
		request->descriptor, "version");
	int32_t version = 0;

	if (at)
		memcpy(&version, (const uint8_t *)(const void *)request + at->offset,
			sizeof version);
	return version;
}

const struct rk_outbox_pending *rk_act_find(struct rk_run *run, const struct rk_act *act,
	const char *municipality, const Renkei__V1__Period *period, int32_t version)
{
	struct rk_outbox_pending *items;
	size_t count = rk_run_flag(run, "dry-run") ? 0 : rk_outbox_list(run, &items);

	for (size_t i = 0; i < count; i++) {
		const ProtobufCMessage *request = items[i].act == act && items[i].own
			? rk_act_waiting(run, &items[i])
			: NULL;
		const char *code = request ? rk_act_get(request, "municipality_code") : NULL;

		if (code && strcmp(code, municipality) == 0 &&
			rk_act_same_period(rk_act_get(request, "period"), period) &&
			(version == 0 || version == version_of(request)))
			return &items[i];
	}
	return NULL;
}

int rk_act_send_found(struct rk_run *run, const struct rk_outbox_pending *item)
{
	Google__Protobuf__Timestamp since = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	since.seconds = item->since;
	rk_talk(run, "act.waits_already", "number", item->name, "time", rk_moment_told(run, &since),
		"request", item->request_id);
	return rk_act_again(run, item);
}
