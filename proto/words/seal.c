#include "words/seal.h"

#include "base/text.h"
#include "wire/pack.h"

#include <assert.h>
#include <string.h>

static enum rk_status malformed(struct rk_err *err, const char *what)
{
	return rk_fail_reason(
		err, RK_INVALID_ARGUMENT, "SEAL_MALFORMED", "no sealed report: %s", what);
}

/* Everything that cannot be read is the same to who holds it. */
static enum rk_status unpack(struct rk_arena *arena, const ProtobufCMessageDescriptor *type,
	struct rk_slice bytes, ProtobufCMessage **out, struct rk_err *err)
{
	static const struct rk_scan_limits limits = {
		.max_fields = (size_t)4 * RK_SEAL_MOST, .max_depth = 4};
	struct rk_err why = {0};
	enum rk_status status = rk_scan(type, bytes, &limits, NULL, NULL, &why);

	if (status == RK_OK)
		status = rk_unpack(arena, type, bytes, out, &why);
	if (status == RK_INVALID_ARGUMENT)
		return malformed(err, why.text);
	if (status != RK_OK && err)
		*err = why;
	return status;
}

/* The one thing that it holds; data NULL when it holds none, or several. */
static ProtobufCBinaryData body_of(
	const Renkei__V1__SealedContent *content, enum rk_seal_kind *kind)
{
	const ProtobufCBinaryData bodies[] = {[RK_SEAL_REPORT] = content->report,
		[RK_SEAL_RELEASE] = content->release,
		[RK_SEAL_SEND_BACK] = content->send_back,
		[RK_SEAL_ATTACHMENT] = content->attachment};
	ProtobufCBinaryData body = {0};

	for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
		if (bodies[i].len == 0)
			continue;
		if (body.data)
			return (ProtobufCBinaryData){0};
		body = bodies[i];
		*kind = (enum rk_seal_kind)i;
	}
	return body;
}

static bool is_sound(const Renkei__V1__SealedContent *content)
{
	return rk_text_is_uuid(rk_slice_str(content->request_id)) && content->certificate.len > 0 &&
		content->certificate.len <= RK_SEAL_CERTIFICATE && content->sealed_at &&
		content->sealed_at->seconds > 0 && content->sealed_at->seconds < 253402214400 &&
		content->sealed_at->nanos >= 0 && content->sealed_at->nanos < 1000000000 &&
		strlen(content->server) <= 255;
}

/* One message, one form: so what it holds is the end of it, and head and body give the signed bytes again, for ever. */
static enum rk_status check_form(
	const ProtobufCMessage *content, struct rk_slice bytes, bool *same, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf again = {0};

	if (rk_pack(content, &again) != RK_OK)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a sealed report");
	*same = rk_slice_equal(rk_buf_slice(&again), bytes);
	return RK_OK;
}

enum rk_status rk_seal_open(struct rk_arena *arena, const Renkei__V1__SealedReport *sealed,
	struct rk_seal *out, struct rk_err *err)
{
	struct rk_slice bytes = rk_slice_of(sealed->content.data, sealed->content.len);
	ProtobufCMessage *message = NULL;
	enum rk_seal_kind kind = RK_SEAL_REPORT;
	bool same = false;

	if (bytes.len == 0 || sealed->signature.len == 0 ||
		sealed->signature.len > RK_SEAL_SIGNATURE)
		return malformed(err, "content or signature is missing, or too long");
	RK_TRY(unpack(arena, &renkei__v1__sealed_content__descriptor, bytes, &message, err));
	const Renkei__V1__SealedContent *content = (const void *)message;

	assert(content);
	const ProtobufCBinaryData body = body_of(content, &kind);

	if (!is_sound(content) || !body.data ||
		(kind != RK_SEAL_REPORT && body.len > RK_SEAL_DECISION))
		return malformed(err, "a field is missing or not valid");
	if (sealed->file.len && kind != RK_SEAL_ATTACHMENT)
		return malformed(err, "bytes of a file stand beside what is none");
	RK_TRY(check_form(message, bytes, &same, err));
	if (!same)
		return malformed(err, "its fields stand in another form");
	*out = (struct rk_seal){.sealed = sealed,
		.content = content,
		.kind = kind,
		.body = rk_slice_of(bytes.at + bytes.len - body.len, body.len),
		.head = rk_slice_of(bytes.at, bytes.len - body.len)};
	return RK_OK;
}

bool rk_seal_file_is(struct rk_slice file)
{
	return file.len >= strlen(RK_SEAL_LINE) &&
		memcmp(file.at, RK_SEAL_LINE, strlen(RK_SEAL_LINE)) == 0;
}

/* Bytes of attachments, which count apart. */
static size_t attached(const Renkei__V1__SealedReports *all)
{
	size_t sum = 0;

	for (size_t i = 0; i < all->n_sealed; i++)
		sum += all->sealed[i]->file.len;
	return sum;
}

enum rk_status rk_seal_file_read(struct rk_arena *arena, struct rk_slice file, struct rk_seal **out,
	size_t *count, struct rk_err *err)
{
	const size_t line = strlen(RK_SEAL_LINE);
	ProtobufCMessage *message = NULL;

	*count = 0;
	if (!rk_seal_file_is(file))
		return malformed(err, "the file does not begin with the line of one");
	if (file.len > RK_SEAL_WHOLE_MAX)
		return malformed(err, "the file is larger than 64 MiB");
	RK_TRY(unpack(arena, &renkei__v1__sealed_reports__descriptor,
		rk_slice_of(file.at + line, file.len - line), &message, err));
	const Renkei__V1__SealedReports *all = (const void *)message;

	assert(all);
	if (all->n_sealed == 0 || all->n_sealed > RK_SEAL_MOST)
		return malformed(err, "the file holds none, or more than 100");
	if (file.len - attached(all) > RK_SEAL_FILE_MAX)
		return malformed(err, "the file is larger than 6 MiB");
	*out = rk_arena_alloc(arena, all->n_sealed * sizeof **out);
	if (!*out)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a sealed report");
	for (size_t i = 0; i < all->n_sealed; i++)
		RK_TRY(rk_seal_open(arena, all->sealed[i], &(*out)[i], err));
	*count = all->n_sealed;
	return RK_OK;
}

enum rk_status rk_seal_file_write(const Renkei__V1__SealedReports *all, struct rk_buf *out)
{
	RK_TRY(rk_buf_add_str(out, RK_SEAL_LINE));
	return rk_pack(&all->base, out);
}

enum rk_status rk_seal_text(struct rk_slice content, struct rk_buf *out)
{
	RK_TRY(rk_buf_add_str(out, RK_SEAL_LINE));
	return rk_buf_add_slice(out, content);
}
