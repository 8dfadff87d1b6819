#include "receipt_file.h"

#include "form/file.h"
#include "outbox.h"
#include "wire/json.h"
#include "wire/pack.h"

#include <string.h>
#include <unistd.h>

enum rk_status rk_receipt_read(
	struct rk_run *run, const char *path, const Renkei__V1__Receipt **out, struct rk_err *err)
{
	RK_AUTO(rk_buf_clear) struct rk_buf json = {.max = 1 << 20};
	RK_AUTO(rk_buf_clear) struct rk_buf wire = {0};
	ProtobufCMessage *message = NULL;

	RK_TRY(rk_file_read(path, &json, err));
	RK_TRY(rk_json_to_wire(&renkei__v1__receipt__descriptor, rk_buf_slice(&json), &wire, err));
	const char *kept = rk_run_slice(run, rk_buf_slice(&wire));

	RK_TRY(rk_unpack(&run->arena, &renkei__v1__receipt__descriptor, rk_slice_of(kept, wire.len),
		&message, err));
	*out = (const Renkei__V1__Receipt *)(const void *)message;
	return RK_OK;
}

const char *rk_receipt_kept(struct rk_run *run, const char *number)
{
	const char *path = strchr(number, '/') || strchr(number, '.')
		? NULL
		: rk_receipt_path(run, number, ".json");

	return path && access(path, F_OK) == 0 ? path : NULL;
}
