/* Foreign bytes as a SubmitReportRequest: scan, unpack, JSON and back. */
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_fault(void *arg, enum rk_scan_fault fault, const char *path, struct rk_slice value)
{
	(void)fault;
	assert(path[0] && value.at);
	++*(size_t *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ProtobufCMessageDescriptor *type = &renkei__v1__submit_report_request__descriptor;
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0}, second = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf json = {0}, again = {0}, wire = {0};
	struct rk_slice in = rk_slice_of(data, size);
	ProtobufCMessage *message;
	struct rk_err err = {0};
	size_t faults = 0;
	enum rk_status status = rk_scan(type, in, NULL, on_fault, &faults, &err);

	(void)rk_scan_field(in, 3);
	assert(status == RK_OK || (status == err.status && err.text[0] && err.reason[0]));
	if (status != RK_OK)
		return 0;
	status = rk_unpack(&arena, type, in, &message, &err);
	assert(status == RK_OK || status == RK_RESOURCE_EXHAUSTED);
	assert(arena.used <= 16 * size + (256 << 10));
	if (status != RK_OK || faults)
		return 0;
	assert(rk_json_from_message(message, RK_JSON_COMPACT, &json) == RK_OK);
	/* Compared as JSON: a NaN has many forms on the wire and one there. */
	assert(rk_json_to_wire(type, rk_buf_slice(&json), &wire, &err) == RK_OK);
	if (rk_unpack(&second, type, rk_buf_slice(&wire), &message, &err) != RK_OK)
		return 0;
	assert(rk_json_from_message(message, RK_JSON_COMPACT, &again) == RK_OK);
	assert(rk_slice_equal(rk_buf_slice(&json), rk_buf_slice(&again)));
	return 0;
}
