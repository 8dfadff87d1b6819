#include "wire/status.h"

#include "google/protobuf/any.pb-c.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "wire/pack.h"
#include "wire/varint.h"

#include <string.h>

const char *rk_status_name(int status)
{
	static const char *const names[] = {"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT",
		"DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
		"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE",
		"UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"};

	return status >= 0 && status < (int)(sizeof names / sizeof *names) ? names[status]
									   : "UNKNOWN";
}

enum rk_status rk_status_from_http(int http)
{
	switch (http) {
	case 400:
		return RK_INTERNAL;
	case 401:
		return RK_UNAUTHENTICATED;
	case 403:
		return RK_PERMISSION_DENIED;
	case 404:
		return RK_UNIMPLEMENTED;
	case 429:
	case 502:
	case 503:
	case 504:
		return RK_UNAVAILABLE;
	default:
		return RK_UNKNOWN;
	}
}

enum rk_status rk_status_from_h2(uint32_t error_code)
{
	static const enum rk_status statuses[] = {
		RK_INTERNAL,           /* NO_ERROR */
		RK_INTERNAL,           /* PROTOCOL_ERROR */
		RK_INTERNAL,           /* INTERNAL_ERROR */
		RK_INTERNAL,           /* FLOW_CONTROL_ERROR */
		RK_INTERNAL,           /* SETTINGS_TIMEOUT */
		RK_UNKNOWN,            /* STREAM_CLOSED: no mapping */
		RK_INTERNAL,           /* FRAME_SIZE_ERROR */
		RK_UNAVAILABLE,        /* REFUSED_STREAM: not processed, may be sent again */
		RK_CANCELLED,          /* CANCEL */
		RK_INTERNAL,           /* COMPRESSION_ERROR */
		RK_INTERNAL,           /* CONNECT_ERROR */
		RK_RESOURCE_EXHAUSTED, /* ENHANCE_YOUR_CALM */
		RK_PERMISSION_DENIED,  /* INADEQUATE_SECURITY */
	};

	return error_code < sizeof statuses / sizeof *statuses ? statuses[error_code] : RK_UNKNOWN;
}

/* protobuf-c has char * also in messages that are only packed. */
static char *unconst(const char *text)
{
	union {
		const char *in;
		char *out;
	} both = {text ? text : ""};

	return both.out;
}

enum rk_status rk_details_any(struct rk_details *details, const ProtobufCMessage *message)
{
	static const char prefix[] = "type.googleapis.com/";
	const char *name = message->descriptor->name;
	size_t url_len = sizeof prefix - 1 + strlen(name);
	size_t value_len = protobuf_c_message_get_packed_size(message);
	size_t any_len = 1 + rk_varint_size(url_len) + url_len +
		(value_len ? 1 + rk_varint_size(value_len) + value_len : 0);
	size_t before = details->bytes.len;
	struct rk_buf *out = &details->bytes;
	enum rk_status status;

	status = rk_varint_add_head(out, 3, 2, any_len);
	if (status == RK_OK)
		status = rk_varint_add_head(out, 1, 2, url_len);
	if (status == RK_OK)
		status = rk_buf_add_str(out, prefix);
	if (status == RK_OK)
		status = rk_buf_add_str(out, name);
	if (status == RK_OK && value_len)
		status = rk_varint_add_head(out, 2, 2, value_len);
	if (status == RK_OK && value_len)
		status = rk_pack(message, out);
	if (status != RK_OK)
		out->len = before;
	return status;
}

enum rk_status rk_details_error_info(
	struct rk_details *details, const char *reason, const struct rk_detail_pair *metadata)
{
	enum { PAIRS = 32 };

	Google__Rpc__ErrorInfo info = GOOGLE__RPC__ERROR_INFO__INIT;
	Google__Rpc__ErrorInfo__MetadataEntry entries[PAIRS], *pointers[PAIRS];

	info.reason = unconst(reason);
	info.domain = unconst("renkei");
	info.metadata = pointers;
	for (; metadata && metadata->key && info.n_metadata < PAIRS; metadata++) {
		Google__Rpc__ErrorInfo__MetadataEntry *entry = &entries[info.n_metadata];

		google__rpc__error_info__metadata_entry__init(entry);
		entry->key = unconst(metadata->key);
		entry->value = unconst(metadata->value);
		pointers[info.n_metadata++] = entry;
	}
	return rk_details_any(details, &info.base);
}

enum rk_status rk_details_retry(struct rk_details *details, int64_t delay_ms)
{
	Google__Rpc__RetryInfo info = GOOGLE__RPC__RETRY_INFO__INIT;
	Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;

	delay.seconds = delay_ms / 1000;
	delay.nanos = (int32_t)(delay_ms % 1000 * 1000000);
	info.retry_delay = &delay;
	return rk_details_any(details, &info.base);
}

enum rk_status rk_details_request(struct rk_details *details, const char *request_id)
{
	Google__Rpc__RequestInfo info = GOOGLE__RPC__REQUEST_INFO__INIT;

	info.request_id = unconst(request_id);
	return rk_details_any(details, &info.base);
}

enum rk_status rk_details_localized(
	struct rk_details *details, const char *locale, const char *message)
{
	Google__Rpc__LocalizedMessage text = GOOGLE__RPC__LOCALIZED_MESSAGE__INIT;

	text.locale = unconst(locale);
	text.message = unconst(message);
	return rk_details_any(details, &text.base);
}

enum rk_status rk_details_finish(
	const struct rk_details *details, int code, const char *message, struct rk_buf *out)
{
	Google__Rpc__Status head = GOOGLE__RPC__STATUS__INIT;
	size_t before = out->len;
	enum rk_status status;

	head.code = code;
	head.message = unconst(message);
	status = rk_pack(&head.base, out);
	if (status == RK_OK)
		status = rk_buf_add_slice(out, rk_buf_slice(&details->bytes));
	if (status != RK_OK)
		out->len = before;
	return status;
}

void rk_details_clear(struct rk_details *details)
{
	rk_buf_clear(&details->bytes);
}
