/* The first byte says how the rest is cut into pieces; what comes out must not depend on it. */
#include "wire/frame.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rk_status read_all(struct rk_slice in, size_t piece, struct rk_buf *out)
{
	RK_AUTO(rk_frame_clear) struct rk_frame_reader reader = {.max = 1000};
	struct rk_slice msg;

	while (in.len > 0) {
		size_t len = piece < in.len ? piece : in.len;
		struct rk_slice part = {in.at, len};

		do {
			RK_TRY(rk_frame_feed(&reader, &part, &msg, NULL));
			assert(msg.len <= 1000);
			RK_TRY(rk_buf_add_slice(out, msg));
			RK_TRY(rk_buf_add_str(out, msg.at ? "|" : ""));
		} while (msg.at);
		assert(part.len == 0);
		in.at += len;
		in.len -= len;
	}
	return rk_frame_at_boundary(&reader) ? RK_OK : RK_DATA_LOSS;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	RK_AUTO(rk_buf_clear) struct rk_buf whole = {0}, pieces = {0};
	enum rk_status status;

	if (size < 1)
		return 0;
	status = read_all(rk_slice_of(data + 1, size - 1), size, &whole);
	assert(status == read_all(rk_slice_of(data + 1, size - 1), 1 + data[0] % 16U, &pieces));
	assert(rk_slice_equal(rk_buf_slice(&whole), rk_buf_slice(&pieces)));
	return 0;
}
