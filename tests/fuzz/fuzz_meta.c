#include "base/text.h"
#include "wire/meta.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size);
	RK_AUTO(rk_buf_clear) struct rk_buf out = {0}, back = {0};
	int64_t us, again, seconds;
	int32_t nanos;
	char text[12];

	(void)rk_meta_is_grpc(in);
	(void)rk_meta_language(in);
	if (rk_meta_timeout(in, &us, NULL) == RK_OK) {
		rk_meta_format_timeout(us, text);
		assert(strlen(text) < 10);
		assert(rk_meta_timeout(rk_slice_str(text), &again, NULL) == RK_OK && again >= us);
	}
	assert(rk_text_percent(&out, in) == RK_OK);
	assert(rk_text_unpercent(&back, rk_buf_slice(&out)) == RK_OK);
	assert(rk_slice_equal(rk_buf_slice(&back), in));
	out.len = back.len = 0;
	assert(rk_text_base64(&out, in) == RK_OK && rk_text_unbase64(&back, rk_buf_slice(&out)));
	assert(rk_slice_equal(rk_buf_slice(&back), in));
	out.len = back.len = 0;
	if (rk_text_unbase64(&out, in))
		assert(rk_text_base64(&back, rk_buf_slice(&out)) == RK_OK && back.len >= in.len);
	if (rk_text_rfc3339(in, &seconds, &nanos))
		assert(rk_text_add_rfc3339(&out, seconds, nanos) == RK_OK);
	assert(rk_text_unpercent(&out, in) == RK_OK);
	assert(rk_text_width(in) <= 2 * rk_text_chars(in));
	return 0;
}
