/* Several entries in one cell: any bytes are cut without end or overrun, and what was cut comes back the same when it is put together again. */
#include "form/several.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct rk_slice text, enum rk_several kind)
{
	RK_AUTO(rk_buf_clear) struct rk_buf cell = {0}, entry = {0}, again = {0};
	struct rk_slice rest = text, second;
	size_t count = 0, found = 0;

	while (rk_several_next(&rest, kind, &entry)) {
		assert(entry.len <= text.len && ++count <= text.len);
		assert(rk_several_add(&cell, kind, rk_buf_slice(&entry)) == RK_OK);
	}
	rest = text;
	second = rk_buf_slice(&cell);
	while (rk_several_next(&rest, kind, &entry)) {
		assert(rk_several_next(&second, kind, &again));
		assert(rk_slice_equal(rk_buf_slice(&entry), rk_buf_slice(&again)));
		found++;
	}
	assert(found == count && !rk_several_next(&second, kind, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(rk_slice_of(data, size), RK_SEVERAL_TEXTS);
	check(rk_slice_of(data, size), RK_SEVERAL_NAMES);
	check(rk_slice_of(data, size), RK_SEVERAL_CODES);
	return 0;
}
