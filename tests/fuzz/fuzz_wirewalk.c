/* The walk that cuts a report out of its request beside the decoder that unpacks it: both read the same, or the walk refuses
 * at least what the scan refuses for its form. */
#include "bite.h"
#include "rpc/submission.h"
#include "rpc/wirewalk.h"
#include "wire/pack.h"
#include "words/code.h"

#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t fields(struct rk_slice bytes, bool *bad)
{
	struct rk_wirewalk walk = {.rest = bytes};
	size_t count = 0;

	while (rk_wirewalk_next(&walk)) {
		assert(walk.rest.len < bytes.len && walk.number > 0);
		assert(walk.type == 0 ||
			(walk.bytes.at >= bytes.at &&
				walk.bytes.at + walk.bytes.len == walk.rest.at));
		count++;
	}
	*bad = walk.bad;
	assert(walk.bad || walk.rest.len == 0);
	return count;
}

/* What the walk cut out is what the decoder unpacks, packed again. */
static void compare(const struct rk_submission_walk *walk, enum rk_status status,
	const Renkei__V1__SubmitReportRequest *request)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf unpacked = {0}, cut = {0};
	ProtobufCMessage *report;
	struct rk_err err = {0};

	if (status != RK_OK && strcmp(walk->err.reason, "ON_BEHALF_OF_DIFFERS") == 0) {
		char nearest[RK_CODE_TEXT];

		assert(request->report && request->on_behalf_of[0]);
		assert(rk_lg_code_check(rk_slice_str(request->on_behalf_of), nearest) !=
			RK_CODE_FINE);
		return;
	}
	if (status != RK_OK) {
		assert(strcmp(walk->err.reason, "REQUEST_ID_REQUIRED") == 0 || !request->report);
		return;
	}
	assert(strcmp(walk->on_behalf_of, request->on_behalf_of) == 0);
	assert(strcmp(walk->request_id, request->request_id) == 0);
	assert(walk->validate_only == (request->validate_only != 0));
	assert(request->report);
	if (rk_unpack(&arena, &renkei__v1__report__descriptor, walk->report, &report, &err) !=
		RK_OK) {
		assert(err.status == RK_RESOURCE_EXHAUSTED);
		return;
	}
	assert(rk_pack(&request->report->base, &unpacked) == RK_OK);
	assert(rk_pack(report, &cut) == RK_OK);
	assert(rk_slice_equal(rk_buf_slice(&unpacked), rk_buf_slice(&cut)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__submit_report_request__descriptor;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	struct rk_submission_walk walk = {.arena = &arena};
	struct rk_slice in = rk_slice_of(data, size);
	ProtobufCMessage *message;
	struct rk_err err = {0};
	bool bad;
	enum rk_status scanned = rk_scan(type, in, NULL, NULL, NULL, &err), status;

	(void)fields(in, &bad);
	assert(scanned != RK_OK || !bad);
	status = rk_submission_read(&walk, in);
	assert(status == RK_OK ? walk.report.at != NULL : walk.err.text[0] != '\0');
	assert(!bad || status != RK_OK);
	if (scanned == RK_OK && rk_unpack(&arena, type, in, &message, &err) == RK_OK)
		compare(&walk, status, (const void *)message);
	return 0;
}
