/* Any bytes as JSON: what is accepted must pass the scan and mean the same when written and read again. */
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "wire/json.h"
#include "wire/pack.h"

#include "renkei/v1/report_service.pb-c.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_fault(void *arg, enum rk_scan_fault fault, const char *path, struct rk_slice value)
{
	(void)path;
	(void)value;
	assert(fault == RK_SCAN_NUL);
	++*(size_t *)arg;
}

static void count_fault(void *arg, const struct rk_json_fault *fault)
{
	assert(fault->code && fault->path && strlen(fault->path) < 256);
	++*(size_t *)arg;
}

/* To tell all mistakes is to tell at least one where there is one, and to read the same where there is none. */
static void try_all(const ProtobufCMessageDescriptor *type, struct rk_slice in,
	enum rk_status strict, struct rk_slice wire)
{
	RK_AUTO(rk_buf_clear) struct rk_buf all = {0};
	size_t faults = 0;
	const struct rk_json_listener listener = {.arg = &faults, .on_fault = count_fault};
	struct rk_err err = {0};

	assert(rk_json_to_wire_all(type, in, &all, &listener, &err) == RK_OK);
	assert((strict == RK_OK) == (faults == 0));
	if (strict == RK_OK)
		assert(rk_slice_equal(rk_buf_slice(&all), wire));
	else
		assert(rk_scan(type, rk_buf_slice(&all), NULL, on_fault, &faults, &err) == RK_OK ||
			err.text[0]);
}

static void try_type(const ProtobufCMessageDescriptor *type, struct rk_slice in)
{
	RK_AUTO(rk_arena_clear) struct rk_arena arena = {0};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0}, json = {0}, again = {0};
	ProtobufCMessage *message;
	struct rk_err err = {0};
	size_t nuls = 0;
	enum rk_status status = rk_json_to_wire(type, in, &wire, &err);

	assert(status == RK_OK || (err.status == status && err.text[0] && wire.len == 0));
	try_all(type, in, status, rk_buf_slice(&wire));
	if (status != RK_OK)
		return;
	if (rk_scan(type, rk_buf_slice(&wire), NULL, on_fault, &nuls, &err) != RK_OK || nuls)
		return;
	if (rk_unpack(&arena, type, rk_buf_slice(&wire), &message, &err) != RK_OK)
		return;
	assert(rk_json_from_message(message, RK_JSON_PRETTY, &json) == RK_OK);
	assert(rk_json_to_wire(type, rk_buf_slice(&json), &again, &err) == RK_OK);
	assert(rk_slice_equal(rk_buf_slice(&wire), rk_buf_slice(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rk_slice in = rk_slice_of(data, size);

	try_type(&renkei__v1__submit_report_request__descriptor, in);
	try_type(&renkei__v1__receipt__descriptor, in);
	try_type(&google__rpc__status__descriptor, in);
	try_type(&google__rpc__error_info__descriptor, in);
	try_type(&google__rpc__retry_info__descriptor, in);
	return 0;
}
