/* What a client makes of a refusal: any status, message and details give a sentence and a time to wait that is one. */
#include "base/text.h"
#include "bite.h"
#include "remote.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Text that a terminal shows and does not obey. */
static void is_plain(const char *text)
{
	struct rk_slice slice = rk_slice_str(text);

	assert(rk_text_utf8_bad(slice) == slice.len);
	for (size_t i = 0; i < slice.len; i++) {
		assert(slice.at[i] >= ' ' && slice.at[i] != 0x7f);
		assert(slice.at[i] != 0xc2 || slice.at[i + 1] >= 0xa0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size);
	struct rk_run run = {.language = (enum rk_language)(bite_byte(&in) % 3)};
	struct rk_failure failure = {.retry_ms = -1};
	int status = 1 + bite_byte(&in) % 16;
	struct rk_slice text = bite_short(&in);
	const char *message = rk_run_slice(&run, text);

	rk_failure_read(&run, status, message, in, &failure);
	assert(failure.err.status == (enum rk_status)status && failure.from_server);
	assert(failure.sentence && failure.sentence[0]);
	is_plain(failure.sentence);
	is_plain(failure.err.text);
	is_plain(failure.err.reason);
	assert(failure.retry_ms >= -1 && failure.retry_ms <= 86400000);
	assert(failure.violation_count == 0 || failure.violations);
	for (size_t i = 0; i < failure.violation_count; i++) {
		is_plain(failure.violations[i].field);
		is_plain(failure.violations[i].sentence);
	}
	for (size_t i = 0; failure.verdict && i < failure.verdict->n_findings; i++)
		assert(failure.verdict->findings[i]->code);
	rk_arena_clear(&run.arena);
	return 0;
}
