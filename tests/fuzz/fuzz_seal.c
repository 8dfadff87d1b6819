/* proto/words/seal.c: whatever the file is, it is read or refused; what was read gives its signed bytes again, and the same file. */
#include "base/text.h"
#include "wire/pack.h"
#include "words/seal.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_one(const struct rk_seal *seal)
{
	RK_AUTO(rk_buf_clear) struct rk_buf parts = {0}, text = {0};
	struct rk_slice content = rk_slice_of(
		seal->sealed->content.data, seal->sealed->content.len);

	assert(rk_text_is_uuid(rk_slice_str(seal->content->request_id)));
	const ProtobufCBinaryData *body = seal->kind == RK_SEAL_REPORT ? &seal->content->report
		: seal->kind == RK_SEAL_RELEASE                        ? &seal->content->release
		: seal->kind == RK_SEAL_SEND_BACK                      ? &seal->content->send_back
								       : &seal->content->attachment;

	/* One thing is in it, and of decisions not too much. */
	assert(seal->body.len > 0 && seal->body.len == body->len);
	assert(seal->content->report.len + seal->content->release.len +
			seal->content->send_back.len + seal->content->attachment.len ==
		body->len);
	assert(seal->kind == RK_SEAL_REPORT || body->len <= RK_SEAL_DECISION);
	/* Bytes of a file stand beside nothing else. */
	assert(seal->kind == RK_SEAL_ATTACHMENT || seal->sealed->file.len == 0);
	assert(memcmp(seal->body.at, body->data, body->len) == 0);
	/* What is kept of it, head and body, is what was signed. */
	assert(rk_buf_add_str(&parts, RK_SEAL_LINE) == RK_OK);
	assert(rk_buf_add_slice(&parts, seal->head) == RK_OK);
	assert(rk_buf_add_slice(&parts, seal->body) == RK_OK);
	assert(rk_seal_text(content, &text) == RK_OK);
	assert(rk_slice_equal(rk_buf_slice(&parts), rk_buf_slice(&text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_arena arena = {.cap = (size_t)64 << 20};
	struct rk_seal *seals;
	struct rk_err err = {0};
	size_t count;

	if (rk_seal_file_read(&arena, rk_slice_of(data, size), &seals, &count, &err) == RK_OK) {
		assert(count >= 1 && count <= RK_SEAL_MOST);
		for (size_t i = 0; i < count; i++)
			check_one(&seals[i]);
	} else {
		assert(count == 0 && *err.reason);
	}
	rk_arena_clear(&arena);
	return 0;
}
