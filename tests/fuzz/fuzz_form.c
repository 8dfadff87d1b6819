/* Files of reports as JSON: any bytes give reports or a sentence, and no report holds more than the file. */
#include "form/form.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_arena arena = {0};
	struct rk_form form = {.file = "x.json"};
	struct rk_err err = {0};

	if (rk_form_json.read(&arena, rk_slice_of(data, size), &form, &err) == RK_OK) {
		assert(form.count > 0 && form.count <= size);
		for (size_t i = 0; i < form.count; i++)
			assert(form.reports[i].bytes.at || form.reports[i].err.status != RK_OK);
	} else {
		assert(err.status != RK_OK && err.text[0]);
	}
	rk_arena_clear(&arena);
	return 0;
}
