/* Files of reports as JSON: any bytes give reports or a sentence, and no report holds more than the file. */
#include "form/form.h"
#include "form/lines.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct rk_form_report *report, const char *path, size_t size)
{
	size_t line;

	assert(rk_form_lines_of(report->text, &path, 1, &line) && line <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_arena arena = {0};
	struct rk_form form = {.file = "x.json"};
	struct rk_err err = {0};

	if (rk_form_json.read(&arena, rk_slice_of(data, size), &form, &err) == RK_OK) {
		assert(form.count > 0 && form.count <= size);
		for (size_t i = 0; i < form.count; i++) {
			const struct rk_form_report *report = &form.reports[i];

			assert(report->bytes.at || report->err.status != RK_OK);
			look_up(report, "activities[1].partners[0].role", size);
			for (const struct rk_read_fault *at = report->faults; at; at = at->next)
				look_up(report, at->fault.path, size);
		}
	} else {
		assert(err.status != RK_OK && err.text[0]);
	}
	rk_arena_clear(&arena);
	return 0;
}
