/* What a server says when it refuses: google.rpc.Status and its details, for people. */
#include "base/text.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "remote.h"
#include "wire/pack.h"

#include <string.h>

#define DAY_MS INT64_C(86400000)

/* What a server says goes to a terminal: no bytes that would move its cursor, and none that are no text.  In place. */
static char *plain(char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c < ' ' || c == 0x7f)
			text[i] = ' ';
		else if (c == 0xc2 && (uint8_t)text[i + 1] >= 0x80 && (uint8_t)text[i + 1] < 0xa0)
			text[i] = text[i + 1] = ' ';
	}
	for (size_t i = 0; i < len; i++) {
		i += rk_text_utf8_bad(rk_slice_of(text + i, len - i));
		if (i < len)
			text[i] = '?';
	}
	return text;
}

static const ProtobufCMessage *open_any(struct rk_run *run, const Google__Protobuf__Any *any,
	const ProtobufCMessageDescriptor *type)
{
	const char *slash = strrchr(any->type_url, '/');
	ProtobufCMessage *message = NULL;
	struct rk_err err;

	if (strcmp(slash ? slash + 1 : any->type_url, type->name) != 0)
		return NULL;
	if (rk_unpack(&run->arena, type, rk_slice_of(any->value.data, any->value.len), &message,
		    &err) != RK_OK)
		return NULL;
	return message;
}

static const char *own_locale(const struct rk_run *run)
{
	return run->language == RK_JA ? "ja" : run->language == RK_ZH ? "zh" : "en";
}

static void take_bad_request(
	struct rk_run *run, const Google__Rpc__BadRequest *bad, struct rk_failure *failure)
{
	failure->violations = rk_run_alloc(
		run, bad->n_field_violations * sizeof *failure->violations);
	failure->violation_count = bad->n_field_violations;
	for (size_t i = 0; i < bad->n_field_violations; i++) {
		const Google__Rpc__BadRequest__FieldViolation *from = bad->field_violations[i];

		const Google__Rpc__LocalizedMessage *own = from->localized_message;

		failure->violations[i] = (struct rk_violation){
			plain(from->field), plain(own ? own->message : from->description)};
	}
}

/* A server may tell any number: nobody waits less than nothing, or longer than a day. */
static int64_t pause_ms(const Google__Protobuf__Duration *delay)
{
	if (delay->seconds < 0 || delay->nanos < 0)
		return 0;
	if (delay->seconds >= DAY_MS / 1000)
		return DAY_MS;
	return delay->seconds * 1000 + delay->nanos / 1000000;
}

static void take_detail(
	struct rk_run *run, const Google__Protobuf__Any *any, struct rk_failure *failure)
{
	const ProtobufCMessage *message;

	if ((message = open_any(run, any, &google__rpc__error_info__descriptor))) {
		const Google__Rpc__ErrorInfo *info = (const void *)message;

		snprintf(
			failure->err.reason, sizeof failure->err.reason, "%s", plain(info->reason));
		for (size_t i = 0; i < info->n_metadata; i++)
			if (strcmp(info->metadata[i]->key, "version") == 0)
				failure->server_version = plain(info->metadata[i]->value);
	} else if ((message = open_any(run, any, &google__rpc__localized_message__descriptor))) {
		const Google__Rpc__LocalizedMessage *localized = (const void *)message;

		if (*localized->message && strncmp(localized->locale, own_locale(run), 2) == 0)
			failure->sentence = plain(localized->message);
	} else if ((message = open_any(run, any, &google__rpc__retry_info__descriptor))) {
		const Google__Rpc__RetryInfo *retry = (const void *)message;

		if (retry->retry_delay)
			failure->retry_ms = pause_ms(retry->retry_delay);
	} else if ((message = open_any(run, any, &google__rpc__request_info__descriptor))) {
		failure->request_id = plain(
			((const Google__Rpc__RequestInfo *)(const void *)message)->request_id);
	} else if ((message = open_any(run, any, &google__rpc__bad_request__descriptor))) {
		take_bad_request(run, (const void *)message, failure);
	} else if ((message = open_any(run, any, &renkei__v1__verdict__descriptor))) {
		failure->verdict = (const void *)message;
	}
}

void rk_failure_read(struct rk_run *run, int status, const char *message, struct rk_slice details,
	struct rk_failure *failure)
{
	ProtobufCMessage *unpacked = NULL;
	struct rk_err err;

	rk_fail(&failure->err, (enum rk_status)status, "%s", message);
	(void)plain(failure->err.text);
	failure->from_server = true;
	failure->sentence = NULL;
	if (details.len &&
		rk_unpack(&run->arena, &google__rpc__status__descriptor, details, &unpacked,
			&err) == RK_OK) {
		const Google__Rpc__Status *said = (const void *)unpacked;

		for (size_t i = 0; i < said->n_details; i++)
			take_detail(run, said->details[i], failure);
	}
	/* Whoever does not know the method knows no words for it either. */
	failure->unknown_method = status == RK_UNIMPLEMENTED &&
		(!failure->err.reason[0] || strcmp(failure->err.reason, "METHOD_NOT_FOUND") == 0);
	if (failure->unknown_method)
		failure->sentence = rk_tell(run, "trouble.server_older");
	if (!failure->sentence)
		failure->sentence = message[0] ? plain(rk_run_str(run, message))
					       : rk_tell(run, "trouble.server_status");
}
