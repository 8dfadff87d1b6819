/* Archives of CSV files: any bytes give a report whose findings are text and lie in one of the files, or a sentence.
 *
 * An input that begins with PK is an archive as it is.  Any other is the text of its parts, each behind a line "=== NAME".
 */
#include "../support/zip_parts.h"
#include "base/text.h"
#include "form/form.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text)
{
	assert(rk_text_utf8_bad(rk_slice_str(text)) == strlen(text));
}

static void check_report(const struct rk_form_report *report)
{
	assert(report->bytes.at);
	for (const struct rk_read_fault *fault = report->faults; fault; fault = fault->next) {
		assert(fault->fault.code[0]);
		check_text(fault->fault.value);
		check_text(report->place(report, fault->fault.path));
	}
}

static void check(struct rk_slice bytes)
{
	struct rk_arena arena = {.cap = (size_t)64 << 20};
	struct rk_form form = {.file = "x.zip"};
	struct rk_err err = {0};

	if (rk_form_zip.is("x.zip", bytes)) {
		if (rk_form_zip.read(&arena, bytes, &form, &err) == RK_OK) {
			assert(form.count == 1);
			check_report(&form.reports[0]);
		} else {
			assert(err.status != RK_OK && err.text[0]);
			check_text(err.text);
		}
	}
	rk_arena_clear(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_buf archive = {0};

	if (zip_of_text(&archive, rk_slice_of(data, size)))
		check(rk_buf_slice(&archive));
	else
		check(rk_slice_of(data, size));
	rk_buf_clear(&archive);
	return 0;
}
