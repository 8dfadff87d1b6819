/* What a piece of an upload and the whole file must be; reads foreign bytes, keeps none. */
#include "rpc/upload_bytes.h"

#include "rpc/attachment.h"
#include "rpc/wirewalk.h"

#include <inttypes.h>
#include <string.h>

/* Metadata of a refusal: two numbers. */
static void tell_numbers(struct rk_call *call, const char *field, const char *one, int64_t first,
	const char *other, int64_t second)
{
	call->detail = rk_slice_str(rk_arena_printf(&call->arena,
		"{\"field\":\"%s\",\"metadata\":{\"%s\":\"%" PRId64 "\",\"%s\":\"%" PRId64 "\"}}",
		field, one, first, other, second));
}

static bool chunk_read(struct rk_slice bytes, uint64_t *offset, struct rk_slice *data)
{
	struct rk_wirewalk field = {.rest = bytes};
	unsigned seen = 0;

	*offset = 0;
	*data = rk_slice_str("");
	while (rk_wirewalk_next(&field)) {
		if (field.number > 2 || seen & 1u << field.number ||
			field.type != (field.number == 1 ? 0 : 2))
			return false;
		seen |= 1u << field.number;
		if (field.number == 1)
			*offset = field.varint;
		else
			*data = field.bytes;
	}
	return !field.bad;
}

static enum rk_status chunk_check(struct rk_call *call, const struct rk_upload_bytes *upload,
	const Renkei__V1__UploadHead *head, uint64_t offset, size_t len)
{
	if (offset != (uint64_t)upload->held) {
		tell_numbers(
			call, "chunk.offset", "offset", (int64_t)offset, "expected", upload->held);
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "CHUNK_OUT_OF_ORDER",
			"a chunk begins at byte %" PRIu64 "; byte %" PRId64 " is next", offset,
			upload->held);
	}
	if (len > RK_ATTACHMENT_CHUNK ||
		(len < RK_ATTACHMENT_CHUNK_LEAST &&
			(len == 0 || upload->held + (int64_t)len < head->size))) {
		tell_numbers(call, "chunk.data", "size", (int64_t)len, "limit",
			(int64_t)RK_ATTACHMENT_CHUNK);
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "CHUNK_SIZE",
			"a chunk of %zu bytes; %zu to %zu, the last one from 1 on", len,
			RK_ATTACHMENT_CHUNK_LEAST, RK_ATTACHMENT_CHUNK);
	}
	if ((int64_t)len > head->size - upload->held) {
		tell_numbers(
			call, "head.size", "size", head->size, "sent", upload->held + (int64_t)len);
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ATTACHMENT_SIZE_DIFFERS",
			"more than the %" PRId64 " bytes that were announced", head->size);
	}
	return RK_OK;
}

enum rk_status rk_upload_chunk(struct rk_call *call, const struct rk_upload_bytes *upload,
	const Renkei__V1__UploadHead *head, struct rk_slice message, struct rk_slice *data)
{
	uint64_t offset;

	if (!chunk_read(message, &offset, data))
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "MALFORMED_MESSAGE",
			"a chunk is no message of its type");
	return chunk_check(call, upload, head, offset, data->len);
}

void rk_upload_bytes_begin(struct rk_upload_bytes *upload)
{
	*upload = (struct rk_upload_bytes){0};
	rk_sha256_begin(&upload->digest);
}

void rk_upload_pass(struct rk_upload_bytes *upload, struct rk_slice data)
{
	rk_sha256_add(&upload->digest, data);
	rk_file_kind_feed(&upload->kind, data);
	upload->held += (int64_t)data.len;
}

enum rk_status rk_upload_whole(struct rk_call *call, const struct rk_upload_bytes *upload,
	const Renkei__V1__UploadHead *head)
{
	if (upload->held >= head->size)
		return RK_OK;
	tell_numbers(call, "head.size", "size", head->size, "sent", upload->held);
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ATTACHMENT_SIZE_DIFFERS",
		"%" PRId64 " of the %" PRId64 " bytes that were announced", upload->held,
		head->size);
}

enum rk_status rk_upload_judge(struct rk_call *call, const struct rk_upload_bytes *upload,
	const Renkei__V1__UploadHead *head)
{
	struct rk_sha256_run digest = upload->digest;
	char actual[RK_SHA256_HEX];
	enum rk_file_kind content = rk_file_kind_end(&upload->kind),
			  kind = rk_file_kind_named(content, head->file_name);

	rk_sha256_end(&digest, actual);
	if (strcmp(actual, head->sha256) != 0) {
		call->detail = rk_slice_str(rk_arena_printf(&call->arena,
			"{\"field\":\"head.sha256\",\"metadata\":{\"expected\":\"%s\",\"actual\":\"%s\"}}",
			head->sha256, actual));
		return rk_fail_reason(&call->err, RK_DATA_LOSS, "DIGEST_MISMATCH",
			"the bytes have SHA-256 %s, not the one that was announced", actual);
	}
	if (rk_file_kind_allowed(kind))
		return RK_OK;
	call->detail = rk_slice_str(rk_arena_printf(&call->arena,
		"{\"field\":\"head.file_name\",\"metadata\":{\"kind\":\"%s\"}}",
		rk_file_kind_word(kind == RK_FILE_MISNAMED ? content : kind)));
	if (kind == RK_FILE_MISNAMED)
		return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ATTACHMENT_MISNAMED",
			"the file is of kind %s by its content, and its name says another",
			rk_file_kind_word(content));
	return rk_fail_reason(&call->err, RK_INVALID_ARGUMENT, "ATTACHMENT_TYPE",
		"the file is of kind %s by its content, which cannot be attached",
		rk_file_kind_word(kind));
}
